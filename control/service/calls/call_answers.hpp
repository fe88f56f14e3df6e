// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "control/access/audit_log.hpp"
#include "control/service/calls/answer_sink.hpp"

#include <lockstep/json.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace lockstep {

/// What the audit is to say of a call once it is answered.
struct audit_note {
  std::string_view method;
  std::string who;
  std::string from;
  json details;
};

/// Where one answer goes.
struct caller {
  std::uint64_t connection = 0;
  std::uint64_t token = 0;
  std::shared_ptr<const audit_note> note; ///< none: the call changes nothing
};

/// Gives calls their answers, and writes those that change something into the audit. What carries
/// out the methods of a control actor shares one; it is used on that actor's thread alone.
class call_answers {
public:
  /// Both must outlive it.
  call_answers(answer_sink& sink, audit_log& audit);
  call_answers(const call_answers&) = delete;
  call_answers& operator=(const call_answers&) = delete;

  void answer(const caller& who, const json& result);
  void fail(const caller& who, rpc_error error);

  /// JSON text for a call that the audit has already, or does not need.
  void give(const caller& who, std::string_view text);

  /// In the audit, with `more` among the details, where the call changes something.
  void note(const caller& who, const json& more) const;

  /// A line that belongs to no call.
  void notify(std::uint64_t connection, std::string line);

  /// Who waits asks first: of a connection that has gone the control actor would never be told
  /// again, so what is kept for it would stay.
  [[nodiscard]] bool is_open(std::uint64_t connection) const;

private:
  answer_sink& sink_;
  audit_log& audit_;
};

} // namespace lockstep
