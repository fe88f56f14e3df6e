// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "control/service/calls/call_answers.hpp"
#include "control/service/calls/lane.hpp"
#include "control/service/models/model_look_ups.hpp"

#include <cstdint>

namespace lockstep {

/// Answers calls that only look at models. Even what is remembered costs a look at each file, so
/// they have their turns, for which whoever wants to run a model does not wait. What has to be
/// tried is waited for outside of them.
///
/// A member of the control actor's state, for its thread.
class model_answers {
public:
  /// All must outlive it.
  model_answers(caf::scheduled_actor* self, call_answers& answers, model_look_ups& models);
  model_answers(const model_answers&) = delete;
  model_answers& operator=(const model_answers&) = delete;

  void list(const caller& who, const json& params);
  void describe(const caller& who, const json& params);

  void drop(std::uint64_t connection);

private:
  call_answers& answers_;
  model_look_ups& models_;
  lane looks_;
};

} // namespace lockstep
