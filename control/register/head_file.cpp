// SPDX-License-Identifier: BSD-3-Clause

#include "control/register/head_file.hpp"

#include "platform/network/host_name.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <string>
#include <system_error>
#include <utility>

namespace lockstep {

namespace {

/// A longer file is none of ours.
constexpr std::size_t file_bytes_max = 65'536;

constexpr int file_mode = 0644; // as umask allows: nothing in it is secret

[[noreturn]] void refuse_file(int why, const std::filesystem::path& path) {
  throw std::system_error(why, std::generic_category(),
                          "cannot write the connection file " + path.string());
}

bool write_all(int file, const std::string& text) {
  return ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

bool is_same_file(int file, const std::filesystem::path& path) {
  struct stat open {};
  struct stat named {};
  return ::fstat(file, &open) == 0 && ::lstat(path.c_str(), &named) == 0 &&
         open.st_dev == named.st_dev && open.st_ino == named.st_ino;
}

std::optional<std::string> read_all(int file) {
  std::string text;
  std::array<char, 4'096> bytes{};
  for (;;) {
    const auto size = ::read(file, bytes.data(), bytes.size());
    if (size < 0 || text.size() > file_bytes_max)
      return std::nullopt;
    if (size == 0)
      return text;
    text.append(bytes.data(), static_cast<std::size_t>(size));
  }
}

} // namespace

head_file::head_file(std::filesystem::path path, json text) : path_(std::move(path)) {
  const auto unfinished = path_.string() + '.' + std::to_string(::getpid());
  ::unlink(unfinished.c_str());
  file_ = unique_descriptor{
      ::open(unfinished.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, file_mode)};
  if (!file_)
    refuse_file(errno, path_);
  text["host"] = host_name();
  text["locked"] = ::flock(file_.get(), LOCK_EX | LOCK_NB) == 0;
  if (!write_all(file_.get(), text.dump(-1, ' ', false, json::error_handler_t::replace) + '\n') ||
      std::rename(unfinished.c_str(), path_.c_str()) != 0) {
    const int why = errno;
    ::unlink(unfinished.c_str());
    refuse_file(why, path_);
  }
}

head_file::~head_file() {
  if (file_ && is_same_file(file_.get(), path_))
    ::unlink(path_.c_str());
}

std::optional<head_entry> read_head_file(const std::filesystem::path& path) {
  // A pipe of that name must not hold us up.
  const unique_descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  struct stat facts {};
  if (!file || ::fstat(file.get(), &facts) != 0 || !S_ISREG(facts.st_mode))
    return std::nullopt;
  const auto text = read_all(file.get());
  if (!text)
    return std::nullopt;
  head_entry found{json::parse(*text, nullptr, false), false};
  if (!found.text.is_object() || !found.text.contains("control") ||
      !found.text["control"].is_string())
    return head_entry{nullptr, false};
  // Some file systems lock on each machine for itself.
  const bool can_tell =
      found.text.value("locked", json()) == true && found.text.value("host", json()) == host_name();
  if (can_tell && ::flock(file.get(), LOCK_SH | LOCK_NB) == 0) {
    found.is_left_behind = true;
    if (is_same_file(file.get(), path))
      ::unlink(path.c_str());
  }
  return found;
}

} // namespace lockstep
