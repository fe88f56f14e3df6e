// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <memory>
#include <string>

namespace lockstep {

class guarded_stream;
class tls_context;

/// The way of one connection from its first byte to lines, where TLS is spoken.
///
///   first_byte ──it is TLS──► handshake ──done──► lines       (without TLS: lines at once)
///
/// On the Asio thread.
class tls_entry {
public:
  enum class outcome : unsigned char {
    lines,       ///< the stream carries lines from now on
    wants_read,  ///< again when the descriptor is readable
    wants_write, ///< again when it is writable
    plain_bytes, ///< no TLS; nothing was read, so the peer can be answered in plain bytes
    closed,      ///< by the peer, before its first byte
    failed       ///< the handshake; OpenSSL has told the peer why
  };
  struct progress {
    outcome how = outcome::failed;
    std::string why; ///< the handshake failed
  };

  /// `tls`: none for plain lines. Owns neither stream nor descriptor.
  tls_entry(std::shared_ptr<const tls_context> tls, int descriptor, guarded_stream& stream);

  [[nodiscard]] bool is_over() const noexcept { return stage_ == stage::lines; }

  progress go_on();

private:
  enum class stage : unsigned char { first_byte, handshake, lines };

  progress look_at_first_byte();
  void begin_handshake();
  progress go_on_with_handshake();

  std::shared_ptr<const tls_context> tls_;
  const int descriptor_;
  guarded_stream& stream_;
  stage stage_;
};

} // namespace lockstep
