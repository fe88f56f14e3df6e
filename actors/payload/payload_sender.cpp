// SPDX-License-Identifier: BSD-3-Clause

#include "actors/payload/payload_sender.hpp"

#include "actors/rules/payload/packing.hpp"
#include "actors/wire/limits.hpp"

#include <algorithm>
#include <exception>
#include <utility>

namespace lockstep {

void payload_sender::send(run_id run, std::vector<blob>& payloads, continuation then) {
  auto next = std::make_shared<batch>();
  next->run = run;
  next->then = std::move(then);
  if (small_bytes(payloads) > limits::riding_bytes) {
    auto small = pack(payloads);
    std::erase_if(payloads, [](const blob& one) { return !stands_apart(one); });
    payloads.insert(payloads.begin(), add(*next, transfer_kind::pack, std::move(small)));
  }
  for (auto& one : payloads)
    if (stands_apart(one) && one.why_lost() == nullptr)
      one = add(*next, transfer_kind::payload, std::move(one));
  begin(std::move(next));
}

void payload_sender::send_library(run_id run, blob& library, continuation then) {
  auto next = std::make_shared<batch>();
  next->run = run;
  next->then = std::move(then);
  library = add(*next, transfer_kind::library, std::move(library));
  begin(std::move(next));
}

blob payload_sender::add(batch& to, transfer_kind kind, blob source) {
  auto standing_for_it = blob::sent_ahead(source.size(), ++last_transfer_);
  to.transfers.push_back({last_transfer_, kind, std::move(source)});
  return standing_for_it;
}

void payload_sender::begin(batch_pointer next) {
  if (next->transfers.empty()) {
    next->then({});
    return;
  }
  batches_.push_back(std::move(next));
  fill();
}

void payload_sender::drop(run_id run) {
  std::erase_if(batches_, [&](const batch_pointer& one) { return one->run == run; });
  fill(); // the next may have waited for them
}

void payload_sender::abandon(run_id run, const std::string& why) {
  std::vector<batch_pointer> abandoned;
  for (const auto& one : batches_)
    if (one->run == run)
      abandoned.push_back(one);
  for (const auto& one : abandoned)
    end(one, tl::unexpected{why});
  fill();
}

void payload_sender::fill() {
  const auto self = shared_from_this(); // a continuation may let go of this sender
  for (;;) {
    const auto next = next_batch();
    if (!next)
      return;
    const auto bytes = credit_.next_piece(now_());
    if (!bytes)
      return;
    last_run_ = next->run;
    send_piece(next, *bytes);
  }
}

/// The first of the run whose turn it is: the next one behind the last, in a circle.
payload_sender::batch_pointer payload_sender::next_batch() const {
  batch_pointer behind;
  batch_pointer first;
  for (const auto& one : batches_) {
    if (one->all_sent())
      continue;
    auto& best = one->run.value > last_run_.value ? behind : first;
    if (!best || one->run.value < best->run.value)
      best = one;
  }
  return behind ? behind : first;
}

void payload_sender::send_piece(const batch_pointer& from, std::size_t bytes_max) {
  auto& now = from->transfers[from->at];
  payload_piece piece{from->run, now.number, now.kind, now.source.size(), now.sent, {}};
  try {
    piece.bytes = read_piece(now, std::min(bytes_max, now.source.size() - now.sent));
  } catch (const std::exception& thrown) {
    end(from, tl::unexpected{std::string{thrown.what()}});
    return;
  }
  if (now.sent == now.source.size()) {
    now.source = {}; // whoever made it can use its memory again
    ++from->at;
  }
  ++from->pieces_under_way;
  const auto ticket = credit_.send(piece.bytes.size(), now_());
  post_(std::move(piece),
        [me = weak_from_this(), from, ticket](tl::expected<void, std::string> taken) {
          if (const auto self = me.lock())
            self->acknowledged(from, ticket, std::move(taken));
        });
}

blob payload_sender::read_piece(transfer& from, std::size_t bytes) {
  std::vector<std::byte> read(bytes);
  from.sent += bytes;
  const auto parts = from.source.parts();
  if (parts.empty()) {
    from.source.read(from.sent - bytes, read.data(), bytes);
    return blob{std::move(read)};
  }
  for (std::size_t done = 0; done < bytes;) {
    const auto& part = parts[from.part];
    const auto here = std::min(bytes - done, part.size() - from.part_offset);
    part.read(from.part_offset, read.data() + done, here);
    done += here;
    from.part_offset += here;
    if (from.part_offset == part.size()) {
      ++from.part;
      from.part_offset = 0;
    }
  }
  return blob{std::move(read)};
}

void payload_sender::acknowledged(const batch_pointer& of, const credit::ticket& piece,
                                  tl::expected<void, std::string> taken) {
  credit_.acknowledged(piece, now_());
  --of->pieces_under_way;
  const bool wanted = std::ranges::find(batches_, of) != batches_.end();
  if (wanted && (!taken || (of->all_sent() && of->pieces_under_way == 0)))
    end(of, std::move(taken));
  fill();
}

void payload_sender::end(const batch_pointer& ended, tl::expected<void, std::string> how) {
  if (std::erase(batches_, ended) == 0)
    return; // it was dropped meanwhile
  // It may send the next thing.
  std::exchange(ended->then, {})(std::move(how));
}

} // namespace lockstep
