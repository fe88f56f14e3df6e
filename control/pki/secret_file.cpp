// SPDX-License-Identifier: BSD-3-Clause

#include "control/pki/secret_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace lockstep {

namespace {

[[noreturn]] void fail_to_write(const std::string& path, int number) {
  throw std::runtime_error("cannot write " + path + ": " + std::strerror(number) +
                           (number == EEXIST ? ". Take another name, or remove it first." : ""));
}

} // namespace

secret_file::secret_file(std::string path) : path_(std::move(path)) {
  file_ = unique_descriptor{
      ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600)};
  if (!file_)
    fail_to_write(path_, errno);
}

secret_file::~secret_file() {
  if (!is_written_)
    ::unlink(path_.c_str());
}

void secret_file::write(const std::string& line) {
  const auto text = line + '\n';
  const auto size = ::write(file_.get(), text.data(), text.size());
  if (size != static_cast<ssize_t>(text.size()))
    fail_to_write(path_, size < 0 ? errno : ENOSPC);
  if (::fsync(file_.get()) != 0 && errno != EINVAL) // of a file system that knows no fsync
    fail_to_write(path_, errno);
  is_written_ = true;
}

} // namespace lockstep
