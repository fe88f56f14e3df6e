#pragma once

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

namespace lockstep {

/// Memory without a name that processes of one machine share: written once, then sealed, so that
/// nobody can change or shorten it. It is freed when the last process that holds it lets go or
/// dies, also on kill -9. It is read and written by copying, never mapped, so it adds nothing to
/// what a process itself takes. Reading is safe from several threads.
class sealed_memory {
public:
  ~sealed_memory() { ::close(descriptor_); }
  sealed_memory(const sealed_memory&) = delete;
  sealed_memory& operator=(const sealed_memory&) = delete;

  [[nodiscard]] int descriptor() const { return descriptor_; }
  [[nodiscard]] std::size_t size() const { return size_; }

  /// Copies bytes from `offset` on. Throws std::runtime_error where there are not that many.
  void read(std::size_t offset, void* data, std::size_t size) const {
    auto* next = static_cast<std::byte*>(data);
    while (size > 0) {
      const auto got =
          ::pread(descriptor_, next, std::min(size, largest_copy), static_cast<off_t>(offset));
      if (got < 0 && errno == EINTR)
        continue;
      if (got <= 0)
        throw std::runtime_error("cannot read shared memory: " +
                                 std::string{got == 0 ? "it is too short" : std::strerror(errno)});
      next += got;
      offset += static_cast<std::size_t>(got);
      size -= static_cast<std::size_t>(got);
    }
  }

  /// What another process of this user holds as its descriptor, by Linux's /proc. That process must
  /// keep it until this returns. On failure nothing, and errno says why.
  static std::shared_ptr<const sealed_memory> of_process(std::int64_t pid, std::int64_t descriptor,
                                                         std::uint64_t size) {
    const auto path = "/proc/" + std::to_string(pid) + "/fd/" + std::to_string(descriptor);
    const int opened = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (opened < 0)
      return nullptr;
    std::shared_ptr<const sealed_memory> found{new sealed_memory(opened, size)};
    struct stat about {};
    const int seals = ::fcntl(opened, F_GET_SEALS);
    if (seals < 0 || (seals & all_seals) != all_seals || ::fstat(opened, &about) != 0 ||
        static_cast<std::uint64_t>(about.st_size) != size) {
      errno = EBADF; // it was closed meanwhile, and the number is another file's now
      return nullptr;
    }
    return found;
  }

private:
  friend class sealed_memory_writer;

  static constexpr int all_seals = F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL;
  static constexpr std::size_t largest_copy = std::size_t{1}
                                              << 30U; ///< Linux copies < 2 GiB at once

  sealed_memory(int descriptor, std::size_t size) : descriptor_(descriptor), size_(size) {}

  int descriptor_;
  std::size_t size_;
};

/// Fills a sealed_memory from its beginning.
class sealed_memory_writer {
public:
  /// Nothing if the system has no descriptor left.
  static std::optional<sealed_memory_writer> begin() {
    const int made = ::memfd_create("lockstep", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (made < 0)
      return std::nullopt;
    return sealed_memory_writer{made};
  }

  sealed_memory_writer(sealed_memory_writer&& other) noexcept
      : descriptor_(std::exchange(other.descriptor_, -1)), size_(other.size_) {}
  sealed_memory_writer& operator=(sealed_memory_writer&&) = delete;
  sealed_memory_writer(const sealed_memory_writer&) = delete;
  sealed_memory_writer& operator=(const sealed_memory_writer&) = delete;
  ~sealed_memory_writer() {
    if (descriptor_ >= 0)
      ::close(descriptor_);
  }

  /// Throws std::runtime_error if the machine has no memory left.
  void write(const void* data, std::size_t size) {
    const auto* next = static_cast<const std::byte*>(data);
    while (size > 0) {
      const auto written = ::write(descriptor_, next, std::min(size, sealed_memory::largest_copy));
      if (written < 0 && errno == EINTR)
        continue;
      if (written <= 0)
        throw std::runtime_error("cannot write " + std::to_string(size) +
                                 " bytes of shared memory: " + std::strerror(errno));
      next += written;
      size_ += static_cast<std::size_t>(written);
      size -= static_cast<std::size_t>(written);
    }
  }

  /// Ends the writing. Call it once.
  std::shared_ptr<const sealed_memory> seal() {
    ::fcntl(descriptor_, F_ADD_SEALS, sealed_memory::all_seals);
    return std::shared_ptr<const sealed_memory>{
        new sealed_memory(std::exchange(descriptor_, -1), size_)};
  }

private:
  explicit sealed_memory_writer(int descriptor) : descriptor_(descriptor) {}

  int descriptor_;
  std::size_t size_ = 0;
};

} // namespace lockstep
