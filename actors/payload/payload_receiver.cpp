// SPDX-License-Identifier: BSD-3-Clause

#include "actors/payload/payload_receiver.hpp"

#include "actors/rules/payload/credit.hpp"
#include "actors/rules/payload/packing.hpp"
#include "actors/wire/limits.hpp"

#include <algorithm>
#include <exception>
#include <memory>
#include <utility>

namespace lockstep {

namespace {

std::uint64_t most_of(transfer_kind kind, const payload_receiver::allowance& most) {
  switch (kind) {
  case transfer_kind::payload:
    return most.payload;
  case transfer_kind::pack: // and a size for each
    return limits::message_bytes + limits::message_bytes / 2;
  case transfer_kind::library:
    break;
  }
  return limits::library_bytes;
}

} // namespace

/// A transfer of which pieces are missing.
class payload_receiver::incoming {
public:
  explicit incoming(const payload_piece& first)
      : number(first.transfer), kind(first.kind), total(first.total) {
    if (total >= blob::shared_from)
      if (auto begun = shared_memory_writer::begin(total))
        memory_.emplace(std::move(*begun));
  }

  /// Throws std::runtime_error if the machine has no memory left.
  void add(const blob& piece) {
    const auto bytes = piece.bytes();
    if (memory_)
      memory_->write(bytes.data(), bytes.size());
    else // no descriptor is left, or it is small
      own_.insert(own_.end(), bytes.begin(), bytes.end());
    received += bytes.size();
  }

  blob end() { return memory_ ? blob{memory_->end()} : blob{std::move(own_)}; }

  std::uint64_t number;
  transfer_kind kind;
  std::uint64_t total;
  std::uint64_t received = 0;

private:
  std::optional<shared_memory_writer> memory_;
  std::vector<std::byte> own_;
};

payload_receiver::payload_receiver() = default;
payload_receiver::~payload_receiver() = default;

tl::expected<void, std::string> payload_receiver::take(const payload_piece& piece,
                                                       const allowance& most) {
  const auto size = piece.bytes.bytes().size();
  if (size == 0 || size > credit::piece_max || size != piece.bytes.size())
    return tl::unexpected{"a piece of " + std::to_string(piece.bytes.size()) + " bytes is none"};
  if (piece.offset == 0)
    if (auto begun = begin(piece, most); !begun)
      return begun;
  const auto found = unfinished_.find(piece.run);
  if (found == unfinished_.end() || found->second->number != piece.transfer ||
      found->second->received != piece.offset || found->second->total != piece.total)
    return tl::unexpected{"a piece of transfer " + std::to_string(piece.transfer) + " from byte " +
                          std::to_string(piece.offset) + " on is not the next one"};
  auto added = add(*found->second, piece);
  if (!added || found->second->received == found->second->total)
    unfinished_.erase(found);
  return added;
}

tl::expected<void, std::string> payload_receiver::begin(const payload_piece& piece,
                                                        const allowance& most) {
  unfinished_.erase(piece.run);
  std::uint64_t expected = arrived_bytes_;
  for (const auto& [run, one] : unfinished_)
    expected += one->total;
  const bool is_under_way = std::ranges::any_of(
      unfinished_, [&](const auto& one) { return one.second->number == piece.transfer; });
  if (is_under_way || arrived_.contains(piece.transfer) || piece.transfer == 0)
    return tl::unexpected{"transfer " + std::to_string(piece.transfer) + " was there already"};
  const auto limit = most_of(piece.kind, most);
  if (piece.total > limit)
    return tl::unexpected{"a payload of " + std::to_string(piece.total) +
                          " bytes is over the limit of " + std::to_string(limit) + " bytes"};
  if (expected > most.all || piece.total > most.all - expected)
    return tl::unexpected{"payloads of more than " + std::to_string(most.all) +
                          " bytes wait for their message"};
  unfinished_.emplace(piece.run, std::make_unique<incoming>(piece));
  return {};
}

tl::expected<void, std::string> payload_receiver::add(incoming& to, const payload_piece& piece) {
  if (piece.bytes.size() > to.total - to.received)
    return tl::unexpected{"transfer " + std::to_string(to.number) + " has more bytes than the " +
                          std::to_string(to.total) + " announced"};
  try {
    to.add(piece.bytes);
  } catch (const std::exception& thrown) {
    return tl::unexpected{std::string{thrown.what()}};
  }
  if (to.received == to.total) {
    arrived_bytes_ += to.total;
    arrived_.emplace(to.number, arrived{piece.run, to.kind, to.end()});
  }
  return {};
}

void payload_receiver::claim(run_id run, std::vector<blob>& payloads) {
  const bool packed = !payloads.empty() && is_pack(payloads.front());
  for (auto& one : payloads)
    if (one.transfer() != 0)
      one = taken(run, one);
  if (!packed)
    return;
  const auto small = payloads.front();
  payloads.erase(payloads.begin());
  const auto apart = payloads.size();
  std::string why = "its sizes do not fit";
  try {
    if (auto all = unpack(small, std::move(payloads))) {
      payloads = std::move(*all);
      return;
    }
  } catch (const std::exception& thrown) {
    why = thrown.what();
  }
  payloads.assign(apart + 1,
                  blob::lost(small.size(), "the small payloads of a message from another "
                                           "machine cannot be unpacked: " +
                                               why));
}

blob payload_receiver::taken(run_id run, const blob& name) {
  auto found = arrived_.extract(name.transfer());
  if (!found.empty())
    arrived_bytes_ -= found.mapped().whole.size();
  if (found.empty() || found.mapped().run != run || found.mapped().whole.size() != name.size())
    return blob::lost(name.size(), "the " + std::to_string(name.size()) + " bytes of transfer " +
                                       std::to_string(name.transfer()) +
                                       " from another machine did not arrive");
  return std::move(found.mapped().whole);
}

bool payload_receiver::is_pack(const blob& name) const {
  const auto found = arrived_.find(name.transfer());
  return found != arrived_.end() && found->second.kind == transfer_kind::pack;
}

void payload_receiver::drop(run_id run) {
  unfinished_.erase(run);
  std::erase_if(arrived_, [&](const auto& one) {
    if (one.second.run != run)
      return false;
    arrived_bytes_ -= one.second.whole.size();
    return true;
  });
}

std::uint64_t payload_receiver::waiting_bytes() const {
  auto bytes = arrived_bytes_;
  for (const auto& [run, one] : unfinished_)
    bytes += one->received;
  return bytes;
}

} // namespace lockstep
