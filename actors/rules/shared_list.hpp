// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <utility>
#include <vector>

namespace lockstep {

/// The newest entries of a list that only grows. It lies in chunks that are shared with whoever
/// reads it: to look at it costs a pointer for each chunk, and what was looked at stays as it was,
/// whatever is added or dropped afterwards. One thread owns the list; views of it may be read on
/// others.
template <class T>
class shared_list {
public:
  /// Some neighbouring entries, as they are: an entry never changes once it is there.
  class view {
  public:
    /// Calls `use(number, entry)` for each in order, until that answers false.
    template <class Use>
    void each(Use use) const {
      for (const auto& its : pieces_)
        for (std::size_t i = its.begin; i < its.end; ++i)
          if (!use(its.first + i, its.entries.get()[i]))
            return;
    }

    /// The entry of this number, or null.
    [[nodiscard]] const T* find(std::uint64_t number) const {
      for (const auto& its : pieces_)
        if (number >= its.first + its.begin && number < its.first + its.end)
          return its.entries.get() + (number - its.first);
      return nullptr;
    }

  private:
    friend class shared_list;
    struct piece {
      std::shared_ptr<const T[]> entries;
      std::uint64_t first; ///< number of the chunk's first entry
      std::size_t begin, end;
    };
    std::vector<piece> pieces_;
  };

  /// Adds an entry that holds so many bytes beside itself; answers how many bytes the list has
  /// grown by.
  std::uint64_t push(T value, std::uint64_t bytes_beside) {
    std::uint64_t grown = bytes_beside;
    if (chunks_.empty() || chunks_.back().is_full()) {
      const auto capacity =
          chunks_.empty() ? least_entries : std::min(2 * chunks_.back().capacity, most_entries);
      chunks_.push_back({std::shared_ptr<T[]>(new T[capacity]), total_, capacity});
      chunks_.back().bytes = capacity * sizeof(T);
      grown += chunks_.back().bytes;
    }
    auto& last = chunks_.back();
    last.entries.get()[last.size++] = std::move(value);
    last.bytes += bytes_beside;
    ++total_;
    return grown;
  }

  /// Drops the oldest chunk; answers how many bytes that were.
  std::uint64_t drop_oldest() {
    if (chunks_.empty())
      return 0;
    const auto bytes = chunks_.front().bytes;
    chunks_.pop_front();
    return bytes;
  }

  /// Drops what is not needed to keep the newest `entries`; answers how many bytes that were.
  std::uint64_t keep_newest(std::uint64_t entries) {
    std::uint64_t bytes = 0;
    while (!chunks_.empty() && total_ - chunks_.front().first - chunks_.front().size >= entries)
      bytes += drop_oldest();
    return bytes;
  }

  /// Entries ever added, dropped ones too: the number of the next one.
  [[nodiscard]] std::uint64_t total() const { return total_; }

  /// The entries numbered `from` (0 is the first ever) and above, at most `count` of them, as far
  /// as they are kept.
  [[nodiscard]] view look(std::uint64_t from, std::uint64_t count) const {
    view found;
    for (const auto& its : chunks_) {
      const auto begin =
          from <= its.first ? 0 : std::min<std::uint64_t>(from - its.first, its.size);
      const auto end = begin + std::min<std::uint64_t>(its.size - begin, count);
      if (begin == end)
        continue;
      found.pieces_.push_back(
          {its.entries, its.first, static_cast<std::size_t>(begin), static_cast<std::size_t>(end)});
      count -= end - begin;
    }
    return found;
  }

private:
  /// A list of few entries is small; a chunk of large ones is closed early, so that dropping one
  /// drops little.
  static constexpr std::size_t least_entries = 4;
  static constexpr std::size_t most_entries = 256;
  static constexpr std::uint64_t full_bytes = std::uint64_t{1} << 20U;

  struct chunk {
    std::shared_ptr<T[]> entries;
    std::uint64_t first;
    std::size_t capacity;
    std::size_t size = 0;
    std::uint64_t bytes = 0;
    [[nodiscard]] bool is_full() const { return size == capacity || bytes >= full_bytes; }
  };

  std::deque<chunk> chunks_;
  std::uint64_t total_ = 0;
};

} // namespace lockstep
