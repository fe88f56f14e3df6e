#include "actors/loaders/library.hpp"

#include "actors/loaders/trial_load.hpp"

#include <openssl/evp.h>

#include <dlfcn.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>

namespace lockstep {

namespace {

std::string last_dl_error() {
  const char* text = ::dlerror();
  return text ? text : "unknown error";
}

std::variant<library, refused_library> load_new(const std::string& path) {
  if (auto trouble = trouble_in_trial_load(path); !trouble.empty())
    return refused_library{path, std::move(trouble)};
  void* handle = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!handle)
    return refused_library{path, "cannot be loaded: " + last_dl_error()};
  using entry = const lockstep_library* (*)();
  auto find = reinterpret_cast<entry>(::dlsym(handle, "lockstep_library_entry"));
  if (!find) {
    ::dlclose(handle);
    return refused_library{path, "is no Lockstep model: it includes no <lockstep/model.hpp>"};
  }
  const auto* found = find();
  if (found->abi != abi_number) {
    const auto theirs = std::to_string(found->abi);
    ::dlclose(handle);
    return refused_library{path, "was built for ABI number " + theirs + ", this Lockstep has " +
                                     std::to_string(abi_number) + ": build it again"};
  }
  if (found->count == 0)
    return refused_library{path, "registers no model: LOCKSTEP_MODEL is missing"};
  return library{path, sha256_of_file(path), {found->models, found->models + found->count}};
}

} // namespace

std::string sha256_of_file(const std::string& path) {
  std::ifstream file{path, std::ios::binary};
  if (!file)
    return {};
  const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context{EVP_MD_CTX_new(),
                                                                   EVP_MD_CTX_free};
  EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr);
  std::array<char, 1U << 16U> buffer{};
  while (file) {
    file.read(buffer.data(), buffer.size());
    EVP_DigestUpdate(context.get(), buffer.data(), static_cast<std::size_t>(file.gcount()));
  }
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  EVP_DigestFinal_ex(context.get(), digest.data(), &size);
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (unsigned int i = 0; i < size; ++i) {
    text += digits[digest[i] >> 4U];
    text += digits[digest[i] & 15U];
  }
  return text;
}

std::variant<library, refused_library> load_library(const std::string& path) {
  static std::mutex mutex;
  static std::map<std::string, library> loaded;
  std::error_code ignored;
  const auto absolute = std::filesystem::canonical(path, ignored).string();
  if (absolute.empty())
    return refused_library{path, "there is no such file"};
  const std::lock_guard guard{mutex};
  if (const auto found = loaded.find(absolute); found != loaded.end())
    return found->second;
  auto result = load_new(absolute);
  if (const auto* good = std::get_if<library>(&result))
    loaded.emplace(absolute, *good);
  return result;
}

} // namespace lockstep
