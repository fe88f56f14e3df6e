#pragma once

#include <lockstep/blob.hpp>
#include <lockstep/error.hpp>
#include <lockstep/json.hpp>

#include <cereal/cereal.hpp>
#include <cereal/types/array.hpp>
#include <cereal/types/map.hpp>
#include <cereal/types/optional.hpp>
#include <cereal/types/string.hpp>
#include <cereal/types/tuple.hpp>
#include <cereal/types/unordered_map.hpp>
#include <cereal/types/utility.hpp>
#include <cereal/types/vector.hpp>

#include <cstddef>
#include <cstring>
#include <limits>
#include <string>
#include <type_traits>

namespace lockstep {

/// Writes values as their bytes in memory order, without padding or alignment. Arrays and vectors
/// of arithmetic values are one copy of their memory, so every bit of a double arrives as it was.
/// Both sides must have the same byte order; the handshake between machines sees to that.
class blob_writer : public cereal::OutputArchive<blob_writer, cereal::AllowEmptyClassElision> {
public:
  /// Throws payload_too_large as soon as more than `limit` bytes are written.
  explicit blob_writer(std::size_t limit = std::numeric_limits<std::size_t>::max())
      : OutputArchive(this), limit_(limit) {}

  void write(const void* data, std::size_t size) {
    if (size > limit_ - bytes_.size())
      throw payload_too_large("a payload of at least " + std::to_string(bytes_.size() + size) +
                              " bytes is over the limit of " + std::to_string(limit_) + " bytes");
    if (size == 0)
      return;
    const auto* first = static_cast<const std::byte*>(data);
    bytes_.insert(bytes_.end(), first, first + size);
  }

  /// The bytes written so far; the writer is empty afterwards.
  [[nodiscard]] blob take() { return blob{std::exchange(bytes_, {})}; }

private:
  std::size_t limit_;
  std::vector<std::byte> bytes_;
};

/// Reads what a blob_writer wrote. Throws decode_error instead of reading past the end, and before
/// a length that the bytes cannot hold makes a container allocate.
class blob_reader : public cereal::InputArchive<blob_reader, cereal::AllowEmptyClassElision> {
public:
  explicit blob_reader(std::span<const std::byte> bytes) : InputArchive(this), rest_(bytes) {}

  void read(void* data, std::size_t size) {
    if (size > rest_.size())
      throw decode_error("payload ends " + std::to_string(size - rest_.size()) +
                         " bytes early: do both sides run the same build of the model?");
    if (size == 0)
      return;
    std::memcpy(data, rest_.data(), size);
    rest_ = rest_.subspan(size);
  }

  [[nodiscard]] std::size_t remaining() const { return rest_.size(); }

private:
  std::span<const std::byte> rest_;
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

/// The values, one after another, as one blob. Throws payload_too_large, and whatever a user's
/// `serialize` throws.
template <class... Ts>
[[nodiscard]] blob encode(std::size_t limit, const Ts&... values) {
  blob_writer out{limit};
  (out(values), ...);
  return out.take();
}

/// Fills `values` in order. Throws decode_error when the bytes are too few or too many.
template <class... Ts>
void decode(const blob& source, Ts&... values) {
  blob_reader in{source.bytes()};
  (in(values), ...);
  if (in.remaining() != 0)
    throw decode_error("payload has " + std::to_string(in.remaining()) +
                       " bytes too many: do both sides run the same build of the model?");
}

} // namespace lockstep

CEREAL_REGISTER_ARCHIVE(lockstep::blob_writer)
CEREAL_REGISTER_ARCHIVE(lockstep::blob_reader)
CEREAL_SETUP_ARCHIVE_TRAITS(lockstep::blob_reader, lockstep::blob_writer)
