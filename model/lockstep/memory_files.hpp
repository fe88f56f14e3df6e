// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstddef>
#include <limits>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <vector>

/// The files that shared memory consists of, and which of them are kept for the next payload.

namespace lockstep {

namespace detail {

/// Bytes that `ulimit -f` allows: for the kernel memory without a name is a file too.
inline std::size_t file_bytes_max() {
  rlimit limit{};
  return ::getrlimit(RLIMIT_FSIZE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY
             ? std::numeric_limits<std::size_t>::max()
             : static_cast<std::size_t>(limit.rlim_cur);
}

/// A memfd: memory without a name. It is sealed against being shortened, so that nobody's reading
/// can fail because of another.
struct memory_file {
  int descriptor = -1;
  std::size_t capacity = 0;    ///< bytes that have their pages
  std::byte* mapped = nullptr; ///< where its maker writes; null where it is not mapped
  std::size_t mapped_size = 0; ///< bytes
};

/// A small file that is written again and again stays mapped at its maker: a call of the system
/// spends three times as long on finding the pages as on copying. A large one does not, because a
/// mapping counts as memory of the process.
inline void map_for_writing(memory_file& file) {
  constexpr std::size_t mapped_max = std::size_t{16} << 20U;
  if (file.mapped_size == file.capacity || file.capacity > mapped_max)
    return;
  if (file.mapped != nullptr)
    ::munmap(file.mapped, file.mapped_size);
  void* where = ::mmap(nullptr, file.capacity, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE,
                       file.descriptor, 0);
  const bool refused = where == MAP_FAILED;
  file.mapped = refused ? nullptr : static_cast<std::byte*>(where);
  file.mapped_size = refused ? 0 : file.capacity;
}

/// The last close of a file gives its pages back, which takes the kernel long where they are many.
/// Whoever happens to be the last holder may be a thread that answers others, so it does not wait
/// for that.
inline void let_go(const memory_file& file) {
  if (file.mapped != nullptr)
    ::munmap(file.mapped, file.mapped_size);
  constexpr std::size_t aside_from = std::size_t{32} << 20U;
  if (file.capacity >= aside_from) {
    try {
      std::thread{[descriptor = file.descriptor] { ::close(descriptor); }}.detach();
      return;
    } catch (const std::system_error&) { // no thread to be had
    }
  }
  ::close(file.descriptor);
}

/// Whether any process holds a lock on it, ours or another: see shared_memory.
inline bool is_held(int descriptor) {
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  return ::fcntl(descriptor, F_OFD_GETLK, &lock) != 0 || lock.l_type != F_UNLCK;
}

/// Takes a read lock on it, which the kernel drops when the descriptor is closed. False where that
/// cannot be had.
inline bool hold(int descriptor) {
  struct flock lock {};
  lock.l_type = F_RDLCK;
  lock.l_whence = SEEK_SET;
  return ::fcntl(descriptor, F_OFD_SETLK, &lock) == 0;
}

/// Memory files that this process made and is done with. To give a file its pages costs the kernel
/// several times as much as to copy into pages that are there, so the next payload of the size
/// takes one over, once the last reader elsewhere has let go. Files are kept only while somebody
/// uses the pool, which a solver and a plan do from their beginning to their end: a run that is
/// over holds no memory. Thread-safe.
class memory_file_pool {
public:
  /// What is kept at most, the newest; the rest goes back to the system.
  static constexpr std::size_t bytes_max = std::size_t{512} << 20U;
  static constexpr std::size_t files_max = 4;

  /// One that nobody reads, if there is one: the smallest that has enough, else the largest.
  std::optional<memory_file> take(std::size_t expected) {
    const std::lock_guard guard{mutex_};
    auto best = kept_.end();
    for (auto each = kept_.begin(); each != kept_.end(); ++each)
      if (!is_held(each->descriptor) && (best == kept_.end() || is_better(*each, *best, expected)))
        best = each;
    if (best == kept_.end())
      return std::nullopt;
    const auto file = *best;
    kept_.erase(best);
    return file;
  }

  /// For a later `take`, or for the system where nobody uses the pool or it is full.
  void give_back(const memory_file& file) {
    const std::lock_guard guard{mutex_};
    kept_.push_back(file);
    limit_to(users_ == 0 ? 0 : files_max);
  }

  /// Each is to be followed by an end_use; see memory_file_use.
  void begin_use() {
    const std::lock_guard guard{mutex_};
    ++users_;
  }

  void end_use() {
    const std::lock_guard guard{mutex_};
    if (--users_ == 0)
      limit_to(0);
  }

  /// The one of this module: another library of the process may have its own.
  static memory_file_pool& instance() {
    // Never destroyed: blobs may outlive main.
    static auto* pool = new memory_file_pool;
    return *pool;
  }

private:
  static bool is_better(const memory_file& one, const memory_file& other, std::size_t expected) {
    const bool enough = one.capacity >= expected;
    if (enough != (other.capacity >= expected))
      return enough;
    return enough ? one.capacity < other.capacity : one.capacity > other.capacity;
  }

  void limit_to(std::size_t files) {
    std::size_t bytes = 0;
    for (const auto& each : kept_)
      bytes += each.capacity;
    while (kept_.size() > files || bytes > bytes_max) {
      bytes -= kept_.front().capacity;
      let_go(kept_.front());
      kept_.erase(kept_.begin());
    }
  }

  std::mutex mutex_;
  std::size_t users_ = 0;
  std::vector<memory_file> kept_; ///< the longest kept first
};

/// While one lives, the pages of payloads that are done with are kept for the next ones.
class memory_file_use {
public:
  memory_file_use() { memory_file_pool::instance().begin_use(); }
  ~memory_file_use() { memory_file_pool::instance().end_use(); }
  memory_file_use(const memory_file_use&) = delete;
  memory_file_use& operator=(const memory_file_use&) = delete;
};

} // namespace detail

} // namespace lockstep
