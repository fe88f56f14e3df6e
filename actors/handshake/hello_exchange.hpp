// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/rules/link/hello.hpp"
#include "platform/certificates/certificate.hpp"
#include "platform/tls/tls_session.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lockstep {

/// Bytes of one hello or answer, certificates included.
inline constexpr std::size_t hello_bytes_max = std::size_t{64} << 10U;

/// What this process says of itself.
hello own_hello(certificate_role role, std::string name, std::string lockstep_version);

/// One text over a TLS session, four bytes of length (big endian) before it. Never waits: returns
/// what the session wants next, `done` when the whole text is over.
class hello_reader {
public:
  explicit hello_reader(std::size_t bytes_max = hello_bytes_max) : bytes_max_(bytes_max) {}

  tls_session::outcome advance(tls_session& session);

  [[nodiscard]] const std::string& text() const { return text_; }
  /// A sentence when the text is too long; empty otherwise.
  [[nodiscard]] const std::string& why() const { return why_; }

private:
  tls_session::outcome read_length(tls_session& session);

  std::size_t bytes_max_;
  std::string text_;
  std::string why_;
  std::size_t got_ = 0;
  bool length_known_ = false;
  std::array<unsigned char, 4> length_{};
};

class hello_writer {
public:
  explicit hello_writer(std::string_view text);

  tls_session::outcome advance(tls_session& session);

private:
  std::string bytes_;
  std::size_t sent_ = 0;
};

} // namespace lockstep
