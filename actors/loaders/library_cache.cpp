// SPDX-License-Identifier: BSD-3-Clause

#include "actors/loaders/library_cache.hpp"

#include "platform/openssl/sha256.hpp"

#include <lockstep/codec.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <vector>

namespace lockstep {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t copied_at_once = std::size_t{1} << 20U;

/// Anything else could name a file elsewhere.
bool is_sha256(const std::string& text) {
  return is_hexadecimal(text, sha256_digits);
}

std::string system_error() {
  return std::strerror(errno);
}

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value ? value : "";
}

/// A file that is removed unless it got its name.
class temporary_file {
public:
  explicit temporary_file(std::string pattern) : path_(std::move(pattern)) {
    descriptor_ = ::mkostemp(path_.data(), O_CLOEXEC);
  }
  ~temporary_file() {
    close();
    if (!path_.empty())
      ::unlink(path_.c_str());
  }
  temporary_file(const temporary_file&) = delete;
  temporary_file& operator=(const temporary_file&) = delete;

  [[nodiscard]] bool is_open() const { return descriptor_ >= 0; }
  [[nodiscard]] const std::string& path() const { return path_; }

  /// Throws std::runtime_error where the bytes cannot be read.
  bool write(const blob& bytes) {
    std::vector<char> part(std::min(bytes.size(), copied_at_once));
    for (std::size_t done = 0; done < bytes.size();) {
      const auto size = std::min(part.size(), bytes.size() - done);
      bytes.read(done, part.data(), size);
      for (std::size_t out = 0; out < size;) {
        const auto written = ::write(descriptor_, part.data() + out, size - out);
        if (written < 0 && errno == EINTR)
          continue;
        if (written <= 0)
          return false;
        out += static_cast<std::size_t>(written);
      }
      done += size;
    }
    return ::fchmod(descriptor_, 0500) == 0;
  }

  bool rename(const std::string& name) {
    close();
    if (::rename(path_.c_str(), name.c_str()) != 0)
      return false;
    path_.clear();
    return true;
  }

private:
  void close() {
    if (descriptor_ >= 0)
      ::close(std::exchange(descriptor_, -1));
  }

  std::string path_;
  int descriptor_;
};

} // namespace

std::string library_cache::default_folder() {
  if (const auto set = variable("LOCKSTEP_CACHE"); !set.empty())
    return set + "/models";
  if (const auto set = variable("XDG_CACHE_HOME"); !set.empty())
    return set + "/lockstep/models";
  if (const auto home = variable("HOME"); !home.empty())
    return home + "/.cache/lockstep/models";
  return {};
}

std::string library_cache::path_of(const std::string& sha256) const {
  return folder_ + '/' + sha256 + ".so";
}

std::string library_cache::trouble_with_folder() const {
  if (folder_.empty())
    return "there is no folder for libraries: set LOCKSTEP_CACHE";
  std::error_code ignored;
  fs::create_directories(fs::path{folder_}.parent_path(), ignored);
  struct stat about {};
  if (::mkdir(folder_.c_str(), 0700) != 0 && errno != EEXIST)
    return "cannot be made: " + system_error();
  if (::lstat(folder_.c_str(), &about) != 0)
    return "cannot be looked at: " + system_error();
  if (!S_ISDIR(about.st_mode) || about.st_uid != ::geteuid())
    return "is no folder of this user: remove it or set LOCKSTEP_CACHE";
  if ((about.st_mode & 0077U) != 0 && ::chmod(folder_.c_str(), 0700) != 0)
    return "is open to other users: " + system_error();
  return {};
}

std::string library_cache::find(const std::string& sha256) const {
  auto path = path_of(sha256);
  if (!is_sha256(sha256) || ::access(path.c_str(), F_OK) != 0 || !trouble_with_folder().empty())
    return {};
  if (sha256_of_file(path) != sha256) {
    ::unlink(path.c_str());
    return {};
  }
  ::utimensat(AT_FDCWD, path.c_str(), nullptr, 0);
  return path;
}

tl::expected<std::string, refused_library> library_cache::put(const std::string& sha256,
                                                              const blob& bytes) const {
  if (!is_sha256(sha256))
    return refuse_library(folder_, "cannot keep a library without a SHA-256");
  if (auto trouble = trouble_with_folder(); !trouble.empty())
    return refuse_library(folder_, std::move(trouble));
  if (auto known = find(sha256); !known.empty())
    return known;
  auto path = path_of(sha256);
  try {
    temporary_file file{folder_ + "/." + sha256 + ".XXXXXX"};
    if (!file.is_open() || !file.write(bytes))
      return refuse_library(path, "cannot be written: " + system_error());
    if (const auto found = sha256_of_file(file.path()); found != sha256)
      return refuse_library(path, "was to have SHA-256 " + sha256 +
                                      ", but the bytes that came have " + found);
    if (!file.rename(path))
      return refuse_library(path, "cannot be written: " + system_error());
  } catch (const std::exception& thrown) {
    return refuse_library(path, thrown.what());
  }
  make_room(path);
  return path;
}

void library_cache::make_room(const std::string& newest) const {
  struct kept {
    fs::file_time_type used;
    std::uintmax_t bytes;
    fs::path path;
  };
  constexpr std::chrono::hours unfinished_max{1};
  std::vector<kept> all;
  std::error_code ignored;
  std::error_code unreadable;
  for (fs::directory_iterator entry{folder_, ignored}, end; !unreadable && entry != end;
       entry.increment(unreadable)) {
    const kept one{entry->last_write_time(ignored), entry->file_size(ignored), entry->path()};
    if (one.path.extension() == ".so")
      all.push_back(one);
    else if (one.used < fs::file_time_type::clock::now() - unfinished_max)
      fs::remove(one.path, ignored); // of a process that died
  }
  std::ranges::sort(all, std::greater<>{}, &kept::used);
  std::size_t files = 0;
  std::uintmax_t bytes = 0;
  for (const auto& one : all) {
    ++files;
    bytes += one.bytes;
    if ((files > files_max_ || bytes > bytes_max_) && one.path != newest)
      fs::remove(one.path, ignored);
  }
}

tl::expected<std::string, refused_library> find_build(const model_reference& wanted,
                                                      const library_cache& cache) {
  const auto found = sha256_of_file(wanted.path);
  if (found == wanted.sha256)
    return wanted.path;
  if (auto kept = cache.find(wanted.sha256); !kept.empty())
    return kept;
  return refuse_library(wanted.path,
                        found.empty() ? "is not there" : "has SHA-256 " + found + " there");
}

tl::expected<blob, refused_library> read_build(const model_reference& wanted) {
  std::ifstream file{wanted.path, std::ios::binary};
  if (!file)
    return refuse_library(wanted.path, "cannot be read: " + system_error());
  try {
    blob_writer out{limits::library_bytes};
    std::vector<char> part(copied_at_once);
    while (file) {
      file.read(part.data(), static_cast<std::streamsize>(part.size()));
      out.write(part.data(), static_cast<std::size_t>(file.gcount()));
    }
    if (sha256_of_file(wanted.path) != wanted.sha256)
      return refuse_library(wanted.path, "has changed since the run was asked for");
    return out.take();
  } catch (const std::exception& thrown) {
    return refuse_library(wanted.path, thrown.what());
  }
}

} // namespace lockstep
