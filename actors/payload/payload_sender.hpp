// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/rules/payload/credit.hpp"
#include "actors/wire/payload_messages.hpp"

#include <tl/expected.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace lockstep {

/// Sends the large payloads of messages to one other machine, ahead of the messages, in pieces with
/// credit: see rules/credit.hpp. Payloads are shared, so a broadcast to many machines exists once;
/// only the pieces under way are copies.
///
///     send ──► waiting ──► under way, piece by piece ──► all acknowledged: `then` ──► the message
///                 └────────────┴── refused, or cannot be read: `then` with a sentence
///                 └────────────┴── drop: nothing is called any more
///
/// The transfers of a run follow one another: the next one begins when the last piece of the one
/// before is under way. Runs take turns, piece by piece, so that none waits for the large payload
/// of another. It is a part of an actor, used on that actor's thread only, and never blocks for
/// longer than it takes to copy some pieces. Hold it by shared pointer; what is under way holds it
/// weakly.
class payload_sender : public std::enable_shared_from_this<payload_sender> {
public:
  /// The answer to a piece: it was taken, or why it was refused.
  using settle_piece = std::function<void(tl::expected<void, std::string>)>;
  /// Sends a piece as a request and settles it with the answer; one to a machine that is gone is
  /// never settled.
  using post = std::function<void(payload_piece, settle_piece)>;
  using clock = std::function<credit::time_point()>;
  /// The payloads have arrived, or why they could not be sent.
  using continuation = std::function<void(tl::expected<void, std::string>)>;

  payload_sender(post send_piece, clock now) : post_(std::move(send_piece)), now_(std::move(now)) {}

  /// Replaces what goes ahead by blobs that name transfers, and calls `then` once all of it has
  /// arrived: before it returns where nothing has to go ahead.
  void send(run_id run, std::vector<blob>& payloads, continuation then);

  /// The same for the library of a model.
  void send_library(run_id run, blob& library, continuation then);

  /// What the run has waiting or under way is not sent on, and nothing is called for it.
  void drop(run_id run);

  /// The same, but whoever waits for it is called with this sentence.
  void abandon(run_id run, const std::string& why);

  [[nodiscard]] bool is_idle() const { return batches_.empty(); }

private:
  struct transfer {
    std::uint64_t number = 0;
    transfer_kind kind = transfer_kind::payload;
    blob source;
    std::size_t sent = 0;
    // Where in the parts of a joined source the next piece begins: it may have very many.
    std::size_t part = 0;
    std::size_t part_offset = 0;
  };

  /// The transfers of one message.
  struct batch {
    run_id run;
    std::vector<transfer> transfers;
    std::size_t at = 0; ///< the transfer that is being sent
    std::size_t pieces_under_way = 0;
    continuation then;
    [[nodiscard]] bool all_sent() const { return at == transfers.size(); }
  };
  using batch_pointer = std::shared_ptr<batch>;

  blob add(batch& to, transfer_kind kind, blob source);
  void begin(batch_pointer next);
  void fill();
  void send_piece(const batch_pointer& from, std::size_t bytes_max);
  static blob read_piece(transfer& from, std::size_t bytes);
  void acknowledged(const batch_pointer& of, const credit::ticket& piece,
                    tl::expected<void, std::string> taken);
  void end(const batch_pointer& ended, tl::expected<void, std::string> how);
  [[nodiscard]] batch_pointer next_batch() const;

  post post_;
  clock now_;
  credit credit_;
  std::uint64_t last_transfer_ = 0;
  std::deque<batch_pointer> batches_;
  run_id last_run_{}; ///< whose piece was sent last
};

} // namespace lockstep
