#pragma once

#include "actors/link/greeting.hpp"
#include "platform/network/address.hpp"
#include "platform/tls/tls_context.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>

namespace lockstep {

/// The other end of a finished connection.
struct link_peer {
  certificate_facts certificate; ///< checked
  greeting said;                 ///< fits ours; its role and name are the certificate's
  std::string address;           ///< "192.0.2.7:4711"
};

struct gate_options {
  address where = {};               ///< port 0: any free one
  greeting own = {};                ///< see own_greeting()
  std::size_t handshakes_max = 256; ///< under way at a time
  std::size_t handshakes_of_one_address_max = 32;
  std::chrono::milliseconds handshake_limit{5'000}; ///< TLS and greeting together
  std::size_t greeting_bytes_max = lockstep::greeting_bytes_max;
};

/// All run on the gate's thread, so they must be quick. Any may be left empty but on_link.
struct gate_callbacks {
  /// A connection that is authenticated, greeted and accepted: the owner gives it to
  /// link_door::admit() or connect_to_parent().
  std::function<void(std::unique_ptr<tls_session>, const link_peer&)> on_link = {};
  /// Asked before a link is accepted: a sentence refuses it. It travels to the other side.
  std::function<std::optional<std::string>(const link_peer&)> judge = {};
  /// Decides on an enrolment. The certificate is the one that was shown, if any. Without this
  /// callback every enrolment is refused.
  std::function<std::variant<enrol_answer, refusal>(
      const enrol_request&, const std::optional<certificate_facts>&, const std::string& address)>
      enrol = {};
  /// For an audit log: of links ("node alpha"), of enrolments ("node alpha enrolled"), and of
  /// everyone who was turned away. Text of strangers comes without control characters.
  std::function<void(const std::string& who, const std::string& address)> on_joined = {};
  std::function<void(const std::string& address, const std::string& why)> on_refused = {};
};

/// Why a connection was turned away.
enum class gate_refusal : std::uint8_t {
  gave_way,       ///< there were too many, and it was the oldest without a certificate
  too_late,       ///< handshake and greeting took longer than the limit
  tls,            ///< no TLS, wrong certificate, wrong role, wrong version
  no_certificate, ///< wanted a link without one
  bad_greeting,   ///< garbage, too long, or ended early
  mismatch,       ///< another protocol, ABI, CAF; or name and role of the greeting are not its own
  judged,         ///< by the owner
  enrolment       ///< refused
};

/// "gave_way", …
std::string to_string(gate_refusal why);

struct gate_counters {
  std::uint64_t accepted = 0; ///< connections that came
  std::uint64_t linked = 0;
  std::uint64_t enrolled = 0;
  std::map<gate_refusal, std::uint64_t> refused;
  std::size_t under_way = 0;
};

/// Listens for other machines, on a thread of its own: TLS, greeting, and what passes both is
/// handed on. Whatever a stranger sends costs at most one place among `handshakes_max` for
/// `handshake_limit`, and some 100 KB. When all places are taken, the oldest without a certificate
/// gives way: silent strangers cannot keep a member out.
///
/// The context says whom to let in: a head's gate demands role node and, to enrol machines, lets
/// those without a certificate through the handshake (they get an enrolment or nothing). A node
/// that listens demands role head.
class gate {
public:
  /// Listens before it returns. Throws std::runtime_error with a sentence if it cannot.
  gate(std::shared_ptr<const tls_context> context, gate_options options, gate_callbacks callbacks);
  /// Closes what is under way and joins the thread.
  ~gate();
  gate(const gate&) = delete;
  gate& operator=(const gate&) = delete;

  /// With the real port.
  [[nodiscard]] const address& where() const;

  /// From now on with these certificates; what is under way goes on with the old ones. Thread-safe.
  void use(std::shared_ptr<const tls_context> context);

  /// Thread-safe.
  [[nodiscard]] gate_counters counters() const;

private:
  class implementation;
  std::unique_ptr<implementation> implementation_;
};

} // namespace lockstep
