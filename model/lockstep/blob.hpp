// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <lockstep/shared_memory.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace lockstep {

/// Immutable bytes that many holders share: a step's argument, an answer, a snapshot.
/// Copying a blob copies a pointer. Small ones lie in this process, large ones in memory that the
/// processes of a machine share; whoever reads need not know which. Safe to read from several
/// threads at once.
class blob {
public:
  /// From this size on a blob is written into shared memory.
  static constexpr std::size_t shared_from = std::size_t{64} << 10U;

  blob() = default;

  /// Takes the bytes over without a copy.
  explicit blob(std::vector<std::byte> bytes)
      : held_(std::make_shared<const std::vector<std::byte>>(std::move(bytes))) {}

  /// Shares memory that is filled already. `memory` must not be null.
  explicit blob(std::shared_ptr<const shared_memory> memory) : held_(std::move(memory)) {}

  /// A blob that was lost on its way, and of how many bytes: to read it throws this text.
  static blob lost(std::size_t size, std::string why) {
    blob none;
    none.held_ = std::make_shared<const loss>(loss{size, std::move(why), 0});
    return none;
  }

  /// Stands for `size` bytes that go to another machine ahead of the message that names them.
  /// `transfer` is their number there, above 0. Here they cannot be read: that throws.
  static blob sent_ahead(std::size_t size, std::uint64_t transfer) {
    blob none;
    none.held_ = std::make_shared<const loss>(
        loss{size, "the payload was sent to another machine", transfer});
    return none;
  }

  /// The bytes of all of them, one after another, without a copy. Empty ones are left out, and a
  /// single one is given back as it is.
  static blob joined(std::vector<blob> parts) {
    std::erase_if(parts, [](const blob& part) { return part.empty(); });
    if (parts.size() <= 1)
      return parts.empty() ? blob{} : std::move(parts.front());
    chain all;
    for (auto& part : parts) {
      all.size += part.size();
      const auto its = part.parts();
      if (its.empty())
        all.parts.push_back(std::move(part));
      else
        all.parts.insert(all.parts.end(), its.begin(), its.end());
    }
    blob whole;
    whole.held_ = std::make_shared<const chain>(std::move(all));
    return whole;
  }

  /// Bytes; of one that was lost or sent ahead, those that it had.
  [[nodiscard]] std::size_t size() const {
    return std::visit([](const auto& held) { return held ? size_of(*held) : 0; }, held_);
  }
  [[nodiscard]] bool empty() const { return size() == 0; }

  /// Copies `size` bytes from `offset` on. There must be that many: of bytes that lie in this
  /// process, and of joined ones, that is not checked. Throws std::runtime_error where shared
  /// memory cannot be read or is too short, and where the blob was lost or sent ahead.
  void read(std::size_t offset, void* data, std::size_t size) const {
    if (size == 0)
      return;
    if (const auto its = parts(); !its.empty())
      read_parts(its, offset, static_cast<std::byte*>(data), size);
    else if (const auto* memory = std::get_if<shared>(&held_))
      (*memory)->read(offset, data, size);
    else if (const auto* why = why_lost())
      throw std::runtime_error(*why);
    else
      std::memcpy(data, bytes().data() + offset, size);
  }

  /// All bytes of a blob that lies in this process; nothing of another.
  [[nodiscard]] std::span<const std::byte> bytes() const {
    const auto* own = std::get_if<own_bytes>(&held_);
    return own != nullptr && *own ? std::span<const std::byte>{**own}
                                  : std::span<const std::byte>{};
  }

  /// The shared memory that it lies in, or null. Valid as long as the blob.
  [[nodiscard]] const shared_memory* memory() const {
    const auto* found = std::get_if<shared>(&held_);
    return found == nullptr ? nullptr : found->get();
  }

  /// The text that reading throws, or null where the blob is there. Also of one that was sent
  /// ahead.
  [[nodiscard]] const std::string* why_lost() const {
    const auto* none = std::get_if<std::shared_ptr<const loss>>(&held_);
    return none == nullptr ? nullptr : &(*none)->why;
  }

  /// The number of the transfer that brings its bytes, of one that was sent ahead; else 0.
  [[nodiscard]] std::uint64_t transfer() const {
    const auto* none = std::get_if<std::shared_ptr<const loss>>(&held_);
    return none == nullptr ? 0 : (*none)->transfer;
  }

  /// What it was joined from, none of them joined itself; none where it was not.
  [[nodiscard]] std::span<const blob> parts() const {
    const auto* all = std::get_if<std::shared_ptr<const chain>>(&held_);
    return all == nullptr ? std::span<const blob>{} : std::span<const blob>{(*all)->parts};
  }

private:
  struct chain {
    std::vector<blob> parts;
    std::size_t size = 0;
  };
  struct loss {
    std::size_t bytes;
    std::string why;
    std::uint64_t transfer = 0; ///< of bytes that were sent ahead
  };
  using own_bytes = std::shared_ptr<const std::vector<std::byte>>;
  using shared = std::shared_ptr<const shared_memory>;

  static std::size_t size_of(const std::vector<std::byte>& bytes) { return bytes.size(); }
  static std::size_t size_of(const shared_memory& memory) { return memory.size(); }
  static std::size_t size_of(const loss& lost) { return lost.bytes; }
  static std::size_t size_of(const chain& all) { return all.size; }

  static void read_parts(std::span<const blob> parts, std::size_t offset, std::byte* data,
                         std::size_t size) {
    for (const auto& part : parts) {
      if (size == 0)
        return;
      if (offset >= part.size()) {
        offset -= part.size();
        continue;
      }
      const auto here = std::min(size, part.size() - offset);
      part.read(offset, data, here);
      data += here;
      size -= here;
      offset = 0;
    }
  }

  std::variant<own_bytes, shared, std::shared_ptr<const loss>, std::shared_ptr<const chain>> held_;
};

} // namespace lockstep
