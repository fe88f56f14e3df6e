// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <lockstep/blob.hpp>
#include <lockstep/error.hpp>
#include <lockstep/json.hpp>

#include <sys/mman.h>

#include <cereal/cereal.hpp>
#include <cereal/types/array.hpp>
#include <cereal/types/map.hpp>
#include <cereal/types/optional.hpp>
#include <cereal/types/string.hpp>
#include <cereal/types/tuple.hpp>
#include <cereal/types/unordered_map.hpp>
#include <cereal/types/utility.hpp>
#include <cereal/types/vector.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace lockstep {

/// Writes values as their bytes in memory order, without padding or alignment. Arrays and vectors
/// of arithmetic values are one copy of their memory, so every bit of a double arrives as it was.
/// Both sides must have the same byte order; the handshake between machines sees to that. What is
/// large goes to shared memory as it is written, see blob. For one thread.
class blob_writer : public cereal::OutputArchive<blob_writer, cereal::AllowEmptyClassElision> {
public:
  /// Throws payload_too_large as soon as more than `limit` bytes are written.
  explicit blob_writer(std::size_t limit = std::numeric_limits<std::size_t>::max())
      : OutputArchive(this), limit_(limit) {}

  /// Appends bytes. Throws payload_too_large, and std::runtime_error where the machine has no
  /// memory left to share; after that the writer is of no more use.
  void write(const void* data, std::size_t size) {
    if (size > limit_ - written_)
      throw payload_too_large("a payload of at least " + std::to_string(written_ + size) +
                              " bytes is over the limit of " + std::to_string(limit_) + " bytes");
    if (size == 0)
      return;
    written_ += size;
    if (bytes_.size() + size >= blob::shared_from && share(size)) {
      flush();
      if (size >= blob::shared_from) {
        shared_->write(data, size);
        return;
      }
    }
    const auto end = bytes_.size();
    bytes_.resize(end + size);
    std::memcpy(bytes_.data() + end, data, size);
  }

  /// What was written so far. Call it once.
  [[nodiscard]] blob take() {
    if (shared_ && !shared_->has_room(bytes_.size()))
      stop_sharing();
    if (!shared_)
      return blob{std::exchange(bytes_, {})};
    flush();
    return blob{shared_->end()};
  }

private:
  /// Whether what is at hand and so many bytes more go into shared memory. Where the system
  /// refuses, the bytes stay in this process, and travel as small ones do.
  bool share(std::size_t size) {
    if (shared_ && !shared_->has_room(bytes_.size() + size))
      stop_sharing();
    if (!shared_ && !refused_) {
      if (auto begun = shared_memory_writer::begin(written_))
        shared_.emplace(std::move(*begun));
      refused_ = !shared_;
    }
    return !refused_;
  }

  void stop_sharing() {
    const auto shared = shared_->end();
    shared_.reset();
    refused_ = true;
    std::vector<std::byte> all(shared->size() + bytes_.size());
    shared->read(0, all.data(), shared->size());
    std::ranges::copy(bytes_, all.begin() + static_cast<std::ptrdiff_t>(shared->size()));
    bytes_ = std::move(all);
  }

  void flush() {
    shared_->write(bytes_.data(), bytes_.size());
    bytes_.clear();
  }

  std::size_t limit_;
  std::size_t written_ = 0;
  std::vector<std::byte> bytes_; ///< what is not in shared memory, or not yet
  std::optional<shared_memory_writer> shared_;
  bool refused_ = false;
};

/// Reads what a blob_writer wrote; the blob must outlive it. Throws decode_error instead of reading
/// past the end, and before a length that the bytes cannot hold makes a container allocate: a
/// container may announce as many elements as bytes are left, or 65 536, since elements without
/// members take none. For one thread.
class blob_reader : public cereal::InputArchive<blob_reader, cereal::AllowEmptyClassElision> {
public:
  explicit blob_reader(const blob& source)
      : InputArchive(this), source_(source), window_(source.bytes()), remaining_(source.size()) {}

  /// Copies the next bytes. Throws decode_error where there are fewer, and std::runtime_error where
  /// the blob cannot be read, see blob::read.
  void read(void* data, std::size_t size) {
    if (size > remaining_)
      throw decode_error("payload ends " + std::to_string(size - remaining_) +
                         " bytes early: do both sides run the same build of the model?");
    auto* next = static_cast<std::byte*>(data);
    const auto at_hand = std::min(size, window_.size());
    if (at_hand != 0)
      std::memcpy(next, window_.data(), at_hand);
    window_ = window_.subspan(at_hand);
    remaining_ -= at_hand;
    if (at_hand == size)
      return;
    next += at_hand;
    size -= at_hand;
    if (size >= blob::shared_from) {
      source_.read(source_.size() - remaining_, next, size);
      remaining_ -= size;
      return;
    }
    look_further();
    read(next, size);
  }

  /// Bytes that were not read yet.
  [[nodiscard]] std::size_t remaining() const { return remaining_; }

private:
  /// Brings the next piece of shared memory at hand, so that small values do not cost a call of the
  /// system each.
  void look_further() {
    buffer_.resize(std::min(remaining_, blob::shared_from));
    source_.read(source_.size() - remaining_, buffer_.data(), buffer_.size());
    window_ = buffer_;
  }

  const blob& source_;
  std::span<const std::byte> window_; ///< what of the rest is at hand
  std::size_t remaining_;
  std::vector<std::byte> buffer_;
};

template <class T>
std::enable_if_t<std::is_arithmetic_v<T>> CEREAL_SAVE_FUNCTION_NAME(blob_writer& out,
                                                                    const T& value) {
  out.write(&value, sizeof value);
}

template <class T>
std::enable_if_t<std::is_arithmetic_v<T>> CEREAL_LOAD_FUNCTION_NAME(blob_reader& in, T& value) {
  in.read(&value, sizeof value);
}

template <class Archive, class T>
requires std::is_same_v<Archive, blob_writer> || std::is_same_v<Archive, blob_reader>
void CEREAL_SERIALIZE_FUNCTION_NAME(Archive& archive, cereal::NameValuePair<T>& pair) {
  archive(pair.value);
}

template <class T>
void CEREAL_SAVE_FUNCTION_NAME(blob_writer& out, const cereal::SizeTag<T>& tag) {
  const auto size = static_cast<std::uint64_t>(tag.size);
  out.write(&size, sizeof size);
}

template <class T>
void CEREAL_LOAD_FUNCTION_NAME(blob_reader& in, cereal::SizeTag<T>& tag) {
  std::uint64_t size = 0;
  in.read(&size, sizeof size);
  // Elements without members take no bytes, so a few more elements than bytes are no error.
  constexpr std::uint64_t empty_elements_max = 1U << 16U;
  if (size > in.remaining() && size > empty_elements_max)
    throw decode_error("payload announces " + std::to_string(size) + " elements but has only " +
                       std::to_string(in.remaining()) + " bytes left");
  tag.size = static_cast<std::remove_reference_t<decltype(tag.size)>>(size);
}

template <class T>
void CEREAL_SAVE_FUNCTION_NAME(blob_writer& out, const cereal::BinaryData<T>& data) {
  out.write(data.data, static_cast<std::size_t>(data.size));
}

template <class T>
void CEREAL_LOAD_FUNCTION_NAME(blob_reader& in, cereal::BinaryData<T>& data) {
  in.read(data.data, static_cast<std::size_t>(data.size));
}

/// Asks for large pages where the allocator has to map memory anew for each vector: fewer than a
/// hundredth of the page faults, where the system has such pages. To be asked before it is written.
inline void want_large_pages(void* begin, std::size_t size) {
  constexpr std::size_t mapped_anew_from = std::size_t{32} << 20U;
  constexpr std::uintptr_t page = 4096;
  if (size < mapped_anew_from)
    return;
  const auto first = (reinterpret_cast<std::uintptr_t>(begin) + page - 1) / page * page;
  const auto end = (reinterpret_cast<std::uintptr_t>(begin) + size) / page * page;
  ::madvise(reinterpret_cast<void*>(first), end - first, MADV_HUGEPAGE); // NOLINT: an address
}

/// As cereal does it, but a part at a time: `resize` fills with zeros what is about to be
/// overwritten, and for a part that happens in the processor's cache, not in memory.
template <class T, class Allocator>
std::enable_if_t<std::is_arithmetic_v<T> && !std::is_same_v<T, bool>>
CEREAL_LOAD_FUNCTION_NAME(blob_reader& in, std::vector<T, Allocator>& values) {
  constexpr std::size_t part = (std::size_t{256} << 10U) / sizeof(T);
  cereal::size_type size = 0;
  in(cereal::make_size_tag(size));
  values.clear();
  values.reserve(
      static_cast<std::size_t>(std::min<std::uint64_t>(size, in.remaining() / sizeof(T))));
  want_large_pages(values.data(), values.capacity() * sizeof(T));
  for (std::size_t done = 0; done < size;) {
    const auto next = std::min<std::size_t>(part, size - done);
    values.resize(done + next);
    in.read(values.data() + done, next * sizeof(T));
    done += next;
  }
}

/// The values, one after another, as one blob of at most `limit` bytes. Throws as
/// blob_writer::write does, and whatever a user's `serialize` throws.
template <class... Ts>
[[nodiscard]] blob encode(std::size_t limit, const Ts&... values) {
  blob_writer out{limit};
  (out(values), ...);
  return out.take();
}

/// Fills `values` in order. Throws decode_error when the bytes are too few or too many,
/// std::runtime_error where the blob cannot be read, and whatever a user's `serialize` throws.
/// After that the values are in an unspecified state.
template <class... Ts>
void decode(const blob& source, Ts&... values) {
  blob_reader in{source};
  (in(values), ...);
  if (in.remaining() != 0)
    throw decode_error("payload has " + std::to_string(in.remaining()) +
                       " bytes too many: do both sides run the same build of the model?");
}

} // namespace lockstep

CEREAL_REGISTER_ARCHIVE(lockstep::blob_writer)
CEREAL_REGISTER_ARCHIVE(lockstep::blob_reader)
CEREAL_SETUP_ARCHIVE_TRAITS(lockstep::blob_reader, lockstep::blob_writer)
