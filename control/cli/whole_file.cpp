// SPDX-License-Identifier: BSD-3-Clause

#include "control/cli/whole_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <utility>

namespace lockstep {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t waiting_bytes_max = std::size_t{1} << 20U;

[[noreturn]] void cannot_write(const std::string& file) {
  throw std::runtime_error("cannot write " + file + ": " + std::strerror(errno));
}

unique_descriptor open_for(const std::string& path, int flags, const std::string& file) {
  constexpr mode_t all_may = 0666; // less what the user's mask forbids
  unique_descriptor opened{::open(path.c_str(), O_WRONLY | O_CLOEXEC | flags, all_may)};
  if (!opened)
    cannot_write(file);
  return opened;
}

} // namespace

whole_file::whole_file(std::string file) : file_(std::move(file)) {
  std::error_code unknown;
  if (const auto kind = fs::status(file_, unknown);
      fs::exists(kind) && !fs::is_regular_file(kind)) { // a pipe, a terminal
    opened_ = open_for(file_, 0, file_);
    return;
  }
  const auto target = fs::weakly_canonical(file_, unknown).string();
  whole_ = target.empty() ? file_ : target;
  auto part = whole_ + ".part-" + std::to_string(::getpid());
  opened_ = open_for(part, O_CREAT | O_EXCL, file_);
  part_ = std::move(part);
}

whole_file::~whole_file() {
  if (!part_.empty())
    ::unlink(part_.c_str());
}

void whole_file::write(std::string_view bytes) {
  waiting_ += bytes;
  if (waiting_.size() < waiting_bytes_max)
    return;
  write_out(waiting_);
  waiting_.clear();
}

void whole_file::write_out(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto size = ::write(opened_.get(), bytes.data(), bytes.size());
    if (size >= 0)
      bytes.remove_prefix(static_cast<std::size_t>(size));
    else if (errno != EINTR)
      cannot_write(file_);
  }
}

void whole_file::keep() {
  write_out(waiting_);
  waiting_.clear();
  if (part_.empty())
    return;
  if (::fsync(opened_.get()) != 0 || ::rename(part_.c_str(), whole_.c_str()) != 0)
    cannot_write(file_);
  part_.clear();
}

} // namespace lockstep
