// SPDX-License-Identifier: BSD-3-Clause

#include "actors/loaders/private_copy.hpp"

#include "platform/openssl/sha256.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <string_view>
#include <thread>
#include <utility>

namespace lockstep {

namespace {

class open_file {
public:
  explicit open_file(int descriptor) : descriptor_(descriptor) {}
  ~open_file() {
    if (descriptor_ >= 0)
      ::close(descriptor_);
  }
  open_file(open_file&& other) noexcept : descriptor_(other.release()) {}
  open_file& operator=(const open_file&) = delete;
  [[nodiscard]] int get() const { return descriptor_; }
  [[nodiscard]] int release() { return std::exchange(descriptor_, -1); }

private:
  int descriptor_;
};

std::int64_t nanoseconds(const timespec& time) {
  constexpr std::int64_t of_a_second = 1'000'000'000;
  return time.tv_sec * of_a_second + time.tv_nsec;
}

file_state state_from(const struct stat& about) {
  return {about.st_dev, about.st_ino, about.st_size, nanoseconds(about.st_mtim),
          nanoseconds(about.st_ctim)};
}

bool copy_bytes(int from, int to, off_t bytes) {
  for (off_t done = 0; done < bytes;) {
    const auto size = ::sendfile(to, from, nullptr, static_cast<std::size_t>(bytes - done));
    if (size < 0 && errno == EINTR)
      continue;
    if (size <= 0)
      return false;
    done += size;
  }
  return true;
}

/// The file's bytes; none where this process may not have them.
open_file sealed_memory(int file, std::size_t bytes) {
  rlimit largest{};
  if (::getrlimit(RLIMIT_FSIZE, &largest) != 0 || largest.rlim_cur < bytes)
    return open_file{-1}; // writing them would end the process
  open_file memory{::memfd_create("lockstep-model", MFD_CLOEXEC | MFD_ALLOW_SEALING)};
  const auto seals = F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL;
  if (memory.get() < 0 || !copy_bytes(file, memory.get(), static_cast<off_t>(bytes)) ||
      ::fcntl(memory.get(), F_ADD_SEALS, seals) != 0)
    return open_file{-1};
  return memory;
}

/// Looks at the bytes themselves.
void read_copy(private_copy& copy, std::size_t bytes) {
  if (bytes == 0) {
    copy.sha256 = sha256_of({});
    return;
  }
  void* begin = ::mmap(nullptr, bytes, PROT_READ, MAP_PRIVATE, copy.descriptor, 0);
  if (begin == MAP_FAILED) {
    copy.trouble = std::string{"cannot be copied: "} + std::strerror(errno);
    copy.is_passing = true;
    return;
  }
  const std::string_view text{static_cast<const char*>(begin), bytes};
  copy.sha256 = sha256_of(text);
  constexpr std::string_view own_folder = "$ORIGIN";
  copy.is_bound_to_path =
      ::memmem(text.data(), text.size(), own_folder.data(), own_folder.size()) != nullptr;
  ::munmap(begin, bytes);
}

private_copy none(std::string why, const file_state& of, bool is_passing = false) {
  private_copy copy;
  copy.of = of;
  copy.trouble = std::move(why);
  copy.is_passing = is_passing;
  return copy;
}

/// Permissions are the file's, and a change of them is one of the file.
bool is_passing(int error) {
  return error == EMFILE || error == ENFILE || error == ENOMEM || error == EAGAIN ||
         error == EINTR || error == EIO || error == ESTALE;
}

/// The clock of a file system ticks some times in a hundredth of a second: what is written within
/// one tick leaves the same times. So a file is looked at only when its last tick is over.
void wait_until_settled(const std::string& path) {
  constexpr std::chrono::nanoseconds tick{20'000'000};
  const auto age = std::chrono::system_clock::now().time_since_epoch() -
                   std::chrono::nanoseconds{state_of_file(path).recorded_ns};
  if (age >= std::chrono::nanoseconds{0} && age < tick)
    std::this_thread::sleep_for(tick - age);
}

} // namespace

file_state state_of_file(const std::string& path) {
  struct stat about {};
  return ::stat(path.c_str(), &about) == 0 ? state_from(about) : file_state{};
}

private_copy copy_privately(const std::string& path, std::size_t bytes_max) {
  wait_until_settled(path);
  const auto seen = state_of_file(path);
  // A pipe in its place must hold nobody up.
  const open_file file{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  struct stat about {};
  if (file.get() < 0 || ::fstat(file.get(), &about) != 0) {
    const int error = errno;
    return none(std::string{"cannot be read: "} + std::strerror(error), seen, is_passing(error));
  }
  if (!S_ISREG(about.st_mode))
    return none("cannot be loaded: it is no regular file", seen);
  const auto bytes = static_cast<std::size_t>(about.st_size);
  if (bytes > bytes_max)
    return none("has " + std::to_string(bytes) + " bytes, a library may have " +
                    std::to_string(bytes_max),
                seen);
  private_copy copy;
  copy.of = seen;
  copy.descriptor = sealed_memory(file.get(), bytes).release();
  if (copy.descriptor >= 0) {
    read_copy(copy, bytes);
  } else {
    copy.sha256 = sha256_of_file(path);
    copy.is_bound_to_path = true;
  }
  if (copy.sha256.empty() && copy.trouble.empty()) {
    copy.trouble = std::string{"cannot be read: "} + std::strerror(errno);
    copy.is_passing = true;
  } else if (::fstat(file.get(), &about) != 0 || state_from(about) != seen) {
    copy.trouble = "is being written: try again when it is whole";
    copy.is_passing = true;
  }
  if (!copy.trouble.empty() && copy.descriptor >= 0)
    ::close(std::exchange(copy.descriptor, -1));
  return copy;
}

} // namespace lockstep
