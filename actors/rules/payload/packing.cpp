// SPDX-License-Identifier: BSD-3-Clause

#include "actors/rules/payload/packing.hpp"

#include <lockstep/codec.hpp>

#include <cstdint>
#include <limits>
#include <utility>

namespace lockstep {

namespace {

constexpr auto apart_size = std::numeric_limits<std::uint64_t>::max();

blob numbers_as_blob(const std::vector<std::uint64_t>& numbers) {
  std::vector<std::byte> bytes(numbers.size() * sizeof(std::uint64_t));
  std::memcpy(bytes.data(), numbers.data(), bytes.size());
  return blob{std::move(bytes)};
}

} // namespace

bool stands_apart(const blob& payload) {
  return payload.size() >= blob::shared_from || payload.why_lost() != nullptr;
}

std::size_t small_bytes(const std::vector<blob>& payloads) {
  constexpr std::size_t head = sizeof(std::uint8_t) + sizeof(std::uint64_t);
  std::size_t sum = 0;
  for (const auto& one : payloads)
    sum += stands_apart(one) ? 0 : head + one.size();
  return sum;
}

blob pack(const std::vector<blob>& payloads) {
  std::vector<std::uint64_t> sizes{payloads.size()};
  std::vector<blob> parts(1);
  for (const auto& one : payloads) {
    const bool apart = stands_apart(one);
    sizes.push_back(apart ? apart_size : one.size());
    if (!apart)
      parts.push_back(one);
  }
  parts.front() = numbers_as_blob(sizes);
  return blob::joined(std::move(parts));
}

std::optional<std::vector<blob>> unpack(const blob& pack, std::vector<blob> apart) {
  blob_reader in{pack};
  std::uint64_t count = 0;
  if (in.remaining() < sizeof count)
    return std::nullopt;
  in.read(&count, sizeof count);
  if (count > in.remaining() / sizeof(std::uint64_t))
    return std::nullopt;
  std::vector<std::uint64_t> sizes(count);
  in.read(sizes.data(), count * sizeof(std::uint64_t));
  std::vector<blob> payloads;
  payloads.reserve(count);
  std::size_t next_apart = 0;
  for (const auto size : sizes) {
    if (size == apart_size) {
      if (next_apart == apart.size())
        return std::nullopt;
      payloads.push_back(std::move(apart[next_apart++]));
    } else {
      if (size > in.remaining())
        return std::nullopt;
      std::vector<std::byte> bytes(size);
      in.read(bytes.data(), size);
      payloads.emplace_back(std::move(bytes));
    }
  }
  if (in.remaining() != 0 || next_apart != apart.size())
    return std::nullopt;
  return payloads;
}

} // namespace lockstep
