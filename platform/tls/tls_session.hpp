// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "platform/certificates/certificate.hpp"
#include "platform/process/unique_descriptor.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace lockstep {

/// One TLS connection over a socket. It never waits: whoever owns it polls the
/// descriptor. OpenSSL's error queue is cleared before each call, so that one connection's errors
/// cannot break another. For one thread at a time; may be handed to another between calls.
class tls_session {
public:
  enum class outcome : unsigned char {
    done,        ///< of a handshake: it is over; of reading and writing: `bytes` were moved
    wants_read,  ///< call again when the descriptor is readable
    wants_write, ///< call again when it is writable
    closed,      ///< the other side ended the connection in order
    failed       ///< see why()
  };
  struct transfer {
    outcome how = outcome::failed;
    std::size_t bytes = 0;
  };

  /// Takes OpenSSL's object and the socket over. Use tls_context instead.
  tls_session(ssl_st* made, unique_descriptor socket);
  ~tls_session();
  tls_session(const tls_session&) = delete;
  tls_session& operator=(const tls_session&) = delete;

  /// Goes on with the handshake. Call until `done` or `failed`, then read and write.
  outcome handshake();

  /// Moves as much as is there, at most `transfer_bytes_max`; `done` with some bytes even where an
  /// error stands behind them (the next call tells it). After `wants_read` or `wants_write`, a
  /// write must be repeated with the same bytes in front (they may have moved, and more may
  /// follow).
  transfer read(std::span<std::byte> into);
  transfer write(std::span<const std::byte> from);

  /// So that one busy connection does not keep a thread from the others.
  static constexpr std::size_t transfer_bytes_max = std::size_t{256} << 10U;

  /// Bytes that were received and can be read without waiting for the descriptor.
  [[nodiscard]] std::size_t pending() const;

  /// Who the other side is, by its certificate, which was checked in the handshake: chain, dates,
  /// revocation list, role and name. None before the handshake is over, and where the other side
  /// showed no certificate (only a context that allows that lets it through).
  [[nodiscard]] const std::optional<certificate_facts>& peer() const { return peer_; }

  /// SHA-256 of the last certificate of the chain that the other side showed (the authority), in
  /// lower-case hexadecimal; empty before the handshake is over or without certificates.
  [[nodiscard]] const std::string& authority_fingerprint() const { return authority_; }

  [[nodiscard]] int descriptor() const { return descriptor_; }

  /// Says goodbye, as far as that goes without waiting: nothing can be written after it. Does
  /// nothing while a handshake or a write is unfinished.
  void say_goodbye();

  /// From now on somebody else closes the descriptor, after this session has ended.
  void disown_descriptor() { (void)socket_.release(); }

  /// A sentence on what failed: "certificate has expired", "no shared TLS version".
  [[nodiscard]] const std::string& why() const { return why_; }

  /// Whether it was the line that failed (ended, reset), not what was said on it.
  [[nodiscard]] bool line_lost() const { return line_lost_; }

private:
  outcome outcome_of(int result);
  void note_peer();
  void note_lost_line(int number);
  bool renew_key();

  ssl_st* ssl_;
  int descriptor_;
  unique_descriptor socket_;
  bool established_ = false;
  bool line_lost_ = false;
  bool write_pending_ = false;
  std::uint64_t written_since_key_ = 0;
  std::optional<certificate_facts> peer_;
  std::string authority_;
  std::string why_;
};

} // namespace lockstep
