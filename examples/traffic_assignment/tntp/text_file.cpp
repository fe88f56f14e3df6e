// SPDX-License-Identifier: BSD-3-Clause

#include "examples/traffic_assignment/tntp/text_file.hpp"

#include <zlib.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <system_error>

#include <unistd.h>

namespace traffic_assignment {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const fs::path& file, const std::string& reason) {
  throw std::runtime_error(file.string() + ": " + reason);
}

std::string reason_of(int error) {
  return std::generic_category().message(error);
}

/// Pipes would block for ever, and folders open but do not read.
void check_readable(const fs::path& file) {
  std::error_code error;
  const auto status = fs::status(file, error);
  if (!fs::exists(status))
    fail(file, error ? reason_of(error.value()) : reason_of(ENOENT));
  if (!fs::is_regular_file(status))
    fail(file, "is no regular file");
}

struct closes_gz {
  void operator()(gzFile opened) const { (void)gzclose_r(opened); }
};
using gz_handle = std::unique_ptr<gzFile_s, closes_gz>;

gz_handle opened(const fs::path& file) {
  constexpr unsigned buffer_bytes = 1U << 17U;
  errno = 0;
  gz_handle source{gzopen(file.c_str(), "rb")};
  if (!source)
    fail(file, errno != 0 ? reason_of(errno) : "no memory to open it");
  (void)gzbuffer(source.get(), buffer_bytes);
  return source;
}

std::string gz_reason(gzFile source) {
  int code = Z_OK;
  const std::string text = gzerror(source, &code);
  return code == Z_ERRNO ? reason_of(errno) : "damaged gzip data (" + text + ")";
}

/// A packed file that was cut off is found only here.
void check_complete(const fs::path& file, gz_handle source) {
  if (gzclose_r(source.release()) == Z_BUF_ERROR)
    fail(file, "damaged gzip data (the file ends too early)");
}

void write_new(const fs::path& file, const fs::path& target, std::string_view text) {
  errno = 0;
  std::ofstream sink{file, std::ios::binary | std::ios::trunc};
  sink.write(text.data(), static_cast<std::streamsize>(text.size()));
  sink.close();
  if (!sink)
    fail(target, "cannot be written: " + reason_of(errno != 0 ? errno : EIO));
}

/// Removes a file that did not get its name.
class partial_file {
public:
  explicit partial_file(fs::path file) : file_(std::move(file)) {}
  partial_file(const partial_file&) = delete;
  partial_file& operator=(const partial_file&) = delete;
  ~partial_file() {
    std::error_code ignored;
    fs::remove(file_, ignored);
  }
  [[nodiscard]] const fs::path& path() const { return file_; }

private:
  fs::path file_;
};

/// Where the new content of a file is written first.
fs::path path_beside(const fs::path& file) {
  std::error_code error;
  const auto status = fs::status(file, error);
  if (fs::exists(status) && !fs::is_regular_file(status))
    fail(file, "is no regular file");
  // The number of the process keeps two programs that write the same file apart.
  auto beside = file;
  beside += ".partial-" + std::to_string(::getpid());
  return beside;
}

} // namespace

std::string read_text_file(const fs::path& file, std::size_t bytes_max) {
  check_readable(file);
  auto source = opened(file);
  std::array<char, 1U << 16U> block{};
  std::string text;
  for (;;) {
    const int bytes = gzread(source.get(), block.data(), static_cast<unsigned>(block.size()));
    if (bytes < 0)
      fail(file, gz_reason(source.get()));
    if (bytes == 0)
      break;
    if (static_cast<std::size_t>(bytes) > bytes_max - text.size())
      fail(file, "has more than " + std::to_string(bytes_max) + " bytes");
    text.append(block.data(), static_cast<std::size_t>(bytes));
  }
  check_complete(file, std::move(source));
  return text;
}

void write_text_file(const fs::path& file, std::string_view text) {
  const partial_file partial{path_beside(file)};
  write_new(partial.path(), file, text);
  std::error_code error;
  fs::rename(partial.path(), file, error);
  if (error)
    fail(file, "cannot be written: " + error.message());
}

void check_can_write(const fs::path& file) {
  const partial_file partial{path_beside(file)};
  write_new(partial.path(), file, "");
}

} // namespace traffic_assignment
