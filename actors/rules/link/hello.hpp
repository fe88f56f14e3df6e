// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <lockstep/json.hpp>

#include <tl/expected.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

/// What two machines tell each other before anything else, and whether they fit together.
///
/// The side that dials sends one JSON object, the side that was dialled answers with one, and then
/// either the link begins or the connection ends. Fields that a side does not know are ignored, so
/// that a later version can say more; a field that is missing is a mismatch with a sentence.
///
/// - GR-1: two sides that differ in protocol, ABI number, byte order or CAF's major and minor
/// version
///   never link. Lockstep's own version may differ.
/// - GR-2: a refusal names both sides, both values and what to do.
/// - GR-3: what the other side wrote comes out bounded in length and without control characters.

namespace lockstep {

/// Of the hello and of the messages between head and node. Goes up with every change that an
/// older side would not understand.
inline constexpr std::uint32_t protocol_version = 2;

/// What one side is.
struct hello {
  std::uint32_t protocol = protocol_version;
  std::uint32_t abi = 0;  ///< of models, erased_model.hpp
  std::string byte_order; ///< "little" or "big"
  std::string caf;        ///< "0.18.7"
  std::string lockstep;   ///< "0.1.0"
  std::string role;       ///< "head" or "node"
  std::string name;       ///< that of its certificate
  std::string host;       ///< the machine's own name
  std::int64_t pid = 0;

  bool operator==(const hello&) const = default;
};

/// What the side that dials wants.
struct link_request {
  hello own;
};

/// A certificate, for a machine that has none (token) or renews its own (no token: it shows the old
/// one in the handshake).
struct enrol_request {
  std::string token;   ///< "ID.SECRET", or empty
  std::string name;    ///< that the certificate shall carry
  std::string request; ///< certificate signing request, PEM
};

/// What the dialled side says to either.
struct link_answer {
  hello own;
};
struct enrol_answer {
  std::string certificate; ///< PEM, as are all three
  std::string authority;
  std::string revocation; ///< empty if there is none yet
};
/// A sentence for people.
struct refusal {
  std::string why;
};

using hello_request = std::variant<link_request, enrol_request>;

/// The texts that travel.
std::string to_text(const hello_request& wanted);
std::string to_text(const link_answer& answer);
std::string to_text(const enrol_answer& answer);
std::string to_text(const refusal& answer);

/// Reads what came; a refusal says what is wrong with it. Never throws.
tl::expected<hello_request, refusal> read_hello_request(std::string_view text);
tl::expected<link_answer, refusal> read_link_answer(std::string_view text);
tl::expected<enrol_answer, refusal> read_enrol_answer(std::string_view text);

/// Why these two cannot link, as a sentence for both; empty if they can.
std::string mismatch(const hello& ours, const hello& theirs);

/// "head tower" or "node alpha", or with the machine's name where there is no other.
std::string title(const hello& side);

/// A text of an unauthenticated peer, fit to be shown: bounded, on one line, without control
/// characters.
std::string shown(std::string_view text, std::size_t bytes_max = 300);

} // namespace lockstep
