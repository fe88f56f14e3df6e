// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <lockstep/memory_files.hpp>

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

/// Memory without a name that processes of one machine share: written once, then only read. It is
/// freed when the last process that holds it lets go or dies, also on kill -9. It is read and
/// written by copying, so it adds nothing to what a process itself takes; only its maker maps a
/// small one that it writes again. Reading is safe from several threads.
///
/// A reader in another process holds a read lock on it, which the kernel drops with the reader: so
/// the maker sees when its pages are free to be written anew.
class shared_memory {
public:
  ~shared_memory() {
    if (is_ours_)
      detail::memory_file_pool::instance().give_back(file_);
    else
      detail::let_go(file_);
  }
  shared_memory(const shared_memory&) = delete;
  shared_memory& operator=(const shared_memory&) = delete;

  /// By which another process of this user may open it, see of_process(). Open as long as this
  /// lives; not to be closed by others.
  [[nodiscard]] int descriptor() const { return file_.descriptor; }

  /// Bytes.
  [[nodiscard]] std::size_t size() const { return size_; }

  /// Copies `size` bytes from `offset` on. Throws std::runtime_error where there are not that many,
  /// or the system refuses.
  void read(std::size_t offset, void* data, std::size_t size) const {
    auto* next = static_cast<std::byte*>(data);
    if (offset > size_ || size > size_ - offset)
      throw std::runtime_error("cannot read shared memory: it is too short");
    while (size > 0) {
      const auto got =
          ::pread(file_.descriptor, next, std::min(size, largest_copy), static_cast<off_t>(offset));
      if (got < 0 && errno == EINTR)
        continue;
      if (got <= 0)
        throw std::runtime_error("cannot read shared memory: " +
                                 std::string{std::strerror(got == 0 ? ENODATA : errno)});
      next += got;
      offset += static_cast<std::size_t>(got);
      size -= static_cast<std::size_t>(got);
    }
  }

  /// What another process of this user holds as its descriptor, by Linux's /proc. That process must
  /// keep it until this returns. `size` is what counts of its bytes. On failure null, and errno
  /// says why: EBADF where it is not, or no longer, memory of this kind with so many bytes.
  static std::shared_ptr<const shared_memory> of_process(std::int64_t pid, std::int64_t descriptor,
                                                         std::uint64_t size) {
    const auto path = "/proc/" + std::to_string(pid) + "/fd/" + std::to_string(descriptor);
    const int opened = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (opened < 0)
      return nullptr;
    struct stat about {};
    const int sealed = ::fcntl(opened, F_GET_SEALS);
    if (sealed < 0 || (sealed & seals) != seals || ::fstat(opened, &about) != 0 ||
        static_cast<std::uint64_t>(about.st_size) < size || !detail::hold(opened)) {
      ::close(opened);
      errno = EBADF; // it was closed meanwhile, and the number is another file's now
      return nullptr;
    }
    const detail::memory_file file{.descriptor = opened,
                                   .capacity = static_cast<std::size_t>(about.st_size)};
    return std::shared_ptr<const shared_memory>{new shared_memory(file, size, false)};
  }

private:
  friend class shared_memory_writer;

  static constexpr int seals = F_SEAL_SHRINK | F_SEAL_SEAL;
  /// Linux copies less than 2 GiB at once.
  static constexpr std::size_t largest_copy = std::size_t{1} << 30U;

  shared_memory(detail::memory_file file, std::size_t size, bool is_ours)
      : file_(file), size_(size), is_ours_(is_ours) {}

  detail::memory_file file_;
  std::size_t size_;
  bool is_ours_;
};

/// Fills a shared_memory from its beginning. For one thread. One that is destroyed before end()
/// gives its memory back.
class shared_memory_writer {
public:
  /// For about so many bytes; it grows where there are more. Nothing if the system has no
  /// descriptor left, or allows no file of that size.
  static std::optional<shared_memory_writer> begin(std::size_t expected) {
    if (expected > detail::file_bytes_max())
      return std::nullopt;
    if (auto kept = detail::memory_file_pool::instance().take(expected)) {
      detail::map_for_writing(*kept);
      return shared_memory_writer{*kept};
    }
    const int made = ::memfd_create("lockstep", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (made < 0)
      return std::nullopt;
    if (::fcntl(made, F_ADD_SEALS, shared_memory::seals) != 0) {
      ::close(made);
      return std::nullopt;
    }
    return shared_memory_writer{{.descriptor = made}};
  }

  shared_memory_writer(shared_memory_writer&& other) noexcept
      : file_(std::exchange(other.file_, {})), size_(other.size_) {}
  shared_memory_writer& operator=(shared_memory_writer&&) = delete;
  shared_memory_writer(const shared_memory_writer&) = delete;
  shared_memory_writer& operator=(const shared_memory_writer&) = delete;
  ~shared_memory_writer() {
    if (file_.descriptor >= 0)
      detail::memory_file_pool::instance().give_back(file_);
  }

  /// Whether the system (`ulimit -f`) allows a file with so many bytes more.
  [[nodiscard]] bool has_room(std::size_t size) const {
    const auto most = detail::file_bytes_max();
    return size_ <= most && size <= most - size_;
  }

  /// Appends bytes. Throws std::runtime_error if the machine has no memory left. Ask has_room()
  /// before: where there is none it throws too, but only in a process that ignores SIGXFSZ.
  void write(const void* data, std::size_t size) {
    if (size == 0)
      return; // of nothing there may be no address
    const auto* next = static_cast<const std::byte*>(data);
    if (size_ < file_.mapped_size) {
      const auto here = std::min(size, file_.mapped_size - size_);
      std::memcpy(file_.mapped + size_, next, here);
      next += here;
      size_ += here;
      size -= here;
    }
    while (size > 0) {
      const auto written =
          ::pwrite(file_.descriptor, next, std::min(size, shared_memory::largest_copy),
                   static_cast<off_t>(size_));
      if (written < 0 && errno == EINTR)
        continue;
      if (written <= 0)
        throw std::runtime_error("cannot write " + std::to_string(size) +
                                 " bytes of shared memory: " + std::strerror(errno) +
                                 (errno == EFBIG ? " (`ulimit -f` limits it as a file)" : ""));
      next += written;
      size_ += static_cast<std::size_t>(written);
      size -= static_cast<std::size_t>(written);
    }
  }

  /// What was written. Ends the writing: call it once, and nothing after it.
  std::shared_ptr<const shared_memory> end() {
    file_.capacity = std::max(file_.capacity, size_);
    return std::shared_ptr<const shared_memory>{
        new shared_memory(std::exchange(file_, {}), size_, true)};
  }

private:
  explicit shared_memory_writer(detail::memory_file file) : file_(file) {}

  detail::memory_file file_;
  std::size_t size_ = 0;
};

} // namespace lockstep
