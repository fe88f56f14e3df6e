// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/wire/payload_messages.hpp"

#include <tl/expected.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace lockstep {

/// Takes the pieces that one other machine sends and puts payloads together: see payload_sender.
///
/// The sender is another machine and its word is not trusted:
///   PR-1  Memory is taken as pieces arrive, never for what one announces.
///   PR-2  A piece that is not the next one of its transfer, or that exceeds what was announced or
///         may be announced, is refused with a sentence, and the transfer is dropped.
///   PR-3  At most one transfer of a run is unfinished: the first piece of another says that the
///         sender gave it up. Transfers of different runs may mix, piece by piece.
///   PR-4  What arrived is taken once, by the message that names it, and is gone at the latest when
///         its run closes or this object ends.
/// It is a part of an actor, used on that actor's thread only.
class payload_receiver {
public:
  /// What its owner allows.
  struct allowance {
    std::uint64_t payload = 0; ///< bytes of one payload
    std::uint64_t all =
        UINT64_MAX; ///< bytes that wait for their message or are under way, together
  };

  payload_receiver();
  ~payload_receiver();
  payload_receiver(const payload_receiver&) = delete;
  payload_receiver& operator=(const payload_receiver&) = delete;

  /// Takes a piece; why not, if not.
  [[nodiscard]] tl::expected<void, std::string> take(const payload_piece& piece,
                                                     const allowance& most);

  /// Puts the payloads of a message of the run in the place of what names them. One that did not
  /// arrive becomes a lost blob with a sentence.
  void claim(run_id run, std::vector<blob>& payloads);

  /// Nothing of the run is wanted any more.
  void drop(run_id run);

  /// What has come and waits for its message or for its next piece.
  [[nodiscard]] std::uint64_t waiting_bytes() const;

private:
  class incoming;
  struct arrived {
    run_id run;
    transfer_kind kind;
    blob whole;
  };

  tl::expected<void, std::string> begin(const payload_piece& piece, const allowance& most);
  tl::expected<void, std::string> add(incoming& to, const payload_piece& piece);
  [[nodiscard]] blob taken(run_id run, const blob& name);
  [[nodiscard]] bool is_pack(const blob& name) const;

  std::map<run_id, std::unique_ptr<incoming>> unfinished_;
  std::map<std::uint64_t, arrived> arrived_;
  std::uint64_t arrived_bytes_ = 0;
};

} // namespace lockstep
