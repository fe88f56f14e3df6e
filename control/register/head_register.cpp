// SPDX-License-Identifier: BSD-3-Clause

#include "control/register/head_register.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <string>
#include <system_error>
#include <tuple>
#include <utility>

namespace lockstep {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t entries_max = 1'000;
constexpr const char* usual_address = "127.0.0.1:8050";

/// A member that is a text; else an empty one.
std::string word_of(const json& head, const char* member) {
  const auto found = head.find(member);
  return found != head.end() && found->is_string() ? found->get<std::string>() : "";
}

/// Whose folder it is, and whether others may look into it.
struct folder_facts {
  bool is_own = false;
  bool is_private = false;
};

folder_facts facts_of(const fs::path& folder) {
  struct stat facts {};
  if (::lstat(folder.c_str(), &facts) != 0 || !S_ISDIR(facts.st_mode) ||
      facts.st_uid != ::geteuid())
    return {};
  return {true, (facts.st_mode & 077U) == 0};
}

fs::path runtime_folder() {
  const char* set = std::getenv("XDG_RUNTIME_DIR");
  if (set != nullptr && fs::path{set}.is_absolute())
    return facts_of(set).is_own ? fs::path{set} : fs::path{};
  const fs::path usual = "/run/user/" + std::to_string(::geteuid());
  return facts_of(usual).is_private ? usual : fs::path{};
}

/// Loopback is another one in each network namespace, and so are the heads there.
std::uint64_t network_number() {
  struct stat facts {};
  return ::stat("/proc/self/ns/net", &facts) == 0 ? facts.st_ino : 0;
}

std::string entry_name() {
  return "head-" + std::to_string(::getpid()) + '-' + std::to_string(network_number()) + ".json";
}

} // namespace

fs::path register_folder() {
  const auto runtime = runtime_folder();
  return runtime.empty() ? fs::path{} : runtime / "lockstep";
}

std::unique_ptr<head_file> enter_head(json text) {
  const auto folder = register_folder();
  if (folder.empty() || (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) ||
      !facts_of(folder).is_private)
    return nullptr;
  text["network"] = network_number();
  try {
    return std::make_unique<head_file>(folder / entry_name(), std::move(text));
  } catch (const std::system_error&) {
    return nullptr;
  }
}

std::vector<json> entered_heads() {
  std::vector<json> heads;
  const auto folder = register_folder();
  if (folder.empty() || !facts_of(folder).is_private)
    return heads;
  const auto here = network_number();
  std::error_code unreadable;
  for (fs::directory_iterator entry{folder, unreadable}, end;
       !unreadable && entry != end && heads.size() < entries_max; entry.increment(unreadable)) {
    const auto name = entry->path().filename().string();
    if (!name.starts_with("head-") || !name.ends_with(".json"))
      continue;
    auto found = read_head_file(entry->path());
    if (found && found->text.is_object() && !found->is_left_behind &&
        found->text.value("network", json(here)) == here)
      heads.push_back(std::move(found->text));
  }
  put_best_first(heads);
  return heads;
}

void put_best_first(std::vector<json>& heads) {
  const auto rank = [](const json& head) {
    return std::tuple{word_of(head, "started_by") == "control serve",
                      word_of(head, "control") == usual_address, word_of(head, "started")};
  };
  std::ranges::stable_sort(heads, [&](const json& a, const json& b) { return rank(a) > rank(b); });
}

} // namespace lockstep
