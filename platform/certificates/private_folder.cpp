// SPDX-License-Identifier: BSD-3-Clause

#include "platform/certificates/private_folder.hpp"

#include "platform/certificates/pki_names.hpp"
#include "platform/openssl/pki_result.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <system_error>
#include <thread>

namespace lockstep {

namespace {

constexpr unsigned mode_of_public = 0644;
constexpr unsigned mode_of_secret = 0600;
constexpr unsigned mode_of_others = 0077;

[[noreturn]] void fail_with_errno(const std::string& what, int number) {
  throw pki_failure(what + ": " + std::generic_category().message(number) + ".");
}

/// Bytes of an open file, up to one more than the limit.
std::string all_of(int descriptor, const std::string& path) {
  std::string text;
  std::array<char, 1 << 14> bytes{};
  while (text.size() <= private_folder::file_bytes_max) {
    const auto size = ::read(descriptor, bytes.data(), bytes.size());
    if (size < 0 && errno == EINTR)
      continue;
    if (size < 0)
      fail_with_errno("Cannot read " + path, errno);
    if (size == 0)
      break;
    text.append(bytes.data(), static_cast<std::size_t>(size));
  }
  return text;
}

void write_all(int descriptor, std::string_view text, const std::string& path) {
  while (!text.empty()) {
    const auto size = ::write(descriptor, text.data(), text.size());
    if (size < 0 && errno == EINTR)
      continue;
    if (size < 0)
      fail_with_errno("Cannot write " + path, errno);
    text.remove_prefix(static_cast<std::size_t>(size));
  }
}

void demand_private(const struct stat& found, const std::string& path, const char* mode) {
  if (found.st_uid != ::geteuid())
    throw pki_failure(path + " belongs to user " + std::to_string(found.st_uid) +
                      ", and this process is user " + std::to_string(::geteuid()) +
                      ": run it as that user.");
  if ((found.st_mode & mode_of_others) != 0)
    throw pki_failure("Other users can reach " + path + ": `chmod " + mode + " " + path +
                      "` closes it. If they could read keys there, make new ones.");
}

} // namespace

private_folder::private_folder(const std::filesystem::path& where, if_missing how) : where_(where) {
  if (where_.empty())
    throw pki_failure("There is no folder for certificates: HOME is not set. Say it with --pki or "
                      "LOCKSTEP_PKI.");
  open_folder(how);
  take_lock();
}

private_folder::~private_folder() {
  // Not only closed: a child that another thread is just starting may hold a copy for a moment.
  if (lock_)
    ::flock(lock_.get(), LOCK_UN);
}

void private_folder::open_folder(if_missing how) {
  if (how == if_missing::make) {
    std::error_code failed;
    if (where_.has_parent_path())
      std::filesystem::create_directories(where_.parent_path(), failed);
    if (failed)
      throw pki_failure("Cannot make " + where_.parent_path().string() + ": " + failed.message() +
                        ".");
    if (::mkdir(where_.c_str(), S_IRWXU) != 0 && errno != EEXIST)
      fail_with_errno("Cannot make " + where_.string(), errno);
  }
  folder_ = unique_descriptor{::open(where_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  struct stat found {};
  if (!folder_ || ::fstat(folder_.get(), &found) != 0)
    fail_with_errno("Cannot open the folder " + where_.string(), errno);
  demand_private(found, where_.string(), "700");
}

void private_folder::take_lock() {
  constexpr std::chrono::seconds patience{5};
  constexpr std::chrono::milliseconds pause{5};
  lock_ = unique_descriptor{::openat(folder_.get(), pki_file::lock,
                                     O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, mode_of_secret)};
  if (!lock_)
    fail_with_errno("Cannot open " + path_of(pki_file::lock), errno);
  const auto end = std::chrono::steady_clock::now() + patience;
  while (::flock(lock_.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR)
      fail_with_errno("Cannot lock " + path_of(pki_file::lock), errno);
    if (std::chrono::steady_clock::now() > end)
      throw pki_failure("Another process has held " + path_of(pki_file::lock) +
                        " for 5 s: it hangs or is stopped. `fuser " + path_of(pki_file::lock) +
                        "` names it.");
    std::this_thread::sleep_for(pause);
  }
}

std::optional<std::string> private_folder::read(const std::string& name) const {
  return read(name, false);
}

std::optional<std::string> private_folder::read_secret(const std::string& name) const {
  return read(name, true);
}

std::optional<std::string> private_folder::read(const std::string& name, bool secret) const {
  // Not to wait for the writer of a pipe.
  const unique_descriptor file{
      ::openat(folder_.get(), name.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)};
  if (!file && errno == ENOENT)
    return {};
  struct stat found {};
  if (!file || ::fstat(file.get(), &found) != 0)
    fail_with_errno("Cannot open " + path_of(name), errno);
  if (!S_ISREG(found.st_mode))
    throw pki_failure(path_of(name) + " is no plain file.");
  if (secret)
    demand_private(found, path_of(name), "600");
  auto text = all_of(file.get(), path_of(name));
  if (text.size() > file_bytes_max)
    throw pki_failure(path_of(name) + " has more than " + std::to_string(file_bytes_max) +
                      " bytes: it is none of Lockstep's.");
  return text;
}

void private_folder::write(const std::string& name, std::string_view text) const {
  write(name, text, mode_of_public);
}

void private_folder::write_secret(const std::string& name, std::string_view text) const {
  write(name, text, mode_of_secret);
}

void private_folder::write(const std::string& name, std::string_view text, unsigned mode) const {
  const auto fresh = "." + name + ".new";
  const auto path = path_of(name);
  ::unlinkat(folder_.get(), fresh.c_str(), 0); // of a writer that was killed
  const unique_descriptor file{::openat(
      folder_.get(), fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)};
  if (!file)
    fail_with_errno("Cannot write " + path, errno);
  try {
    write_all(file.get(), text, path);
    // On the disk before it takes the name: a used token must not be unused after a power cut.
    if (::fsync(file.get()) != 0 ||
        ::renameat(folder_.get(), fresh.c_str(), folder_.get(), name.c_str()) != 0 ||
        ::fsync(folder_.get()) != 0)
      fail_with_errno("Cannot write " + path, errno);
  } catch (...) {
    ::unlinkat(folder_.get(), fresh.c_str(), 0);
    throw;
  }
}

void private_folder::remove(const std::string& name) const {
  if (::unlinkat(folder_.get(), name.c_str(), 0) != 0 && errno != ENOENT)
    fail_with_errno("Cannot remove " + path_of(name), errno);
}

bool private_folder::has(const std::string& name) const {
  struct stat found {};
  return ::fstatat(folder_.get(), name.c_str(), &found, AT_SYMLINK_NOFOLLOW) == 0;
}

} // namespace lockstep
