// SPDX-License-Identifier: BSD-3-Clause

#include "actors/loaders/library_actor.hpp"

#include <utility>

namespace lockstep {

namespace {

/// What was found, or the error with a sentence.
template <class T>
caf::result<T> to_result(tl::expected<T, refused_library> found) {
  if (found)
    return *std::move(found);
  const auto& refused = found.error();
  return caf::make_error(errc::model_missing, refused.path + ' ' + refused.why);
}

} // namespace

library_actor::behavior_type library_actor_state::make_behavior() {
  return {
      [this](const locate_library& wanted) { return to_result(find_build(wanted.model, cache_)); },
      [this](const cache_library& came) {
        return to_result(cache_.put(came.model.sha256, came.bytes));
      },
      [](const read_library& wanted) { return to_result(read_build(wanted.model)); },
  };
}

library_service::~library_service() {
  if (actor_)
    caf::anon_send_exit(actor_, caf::exit_reason::user_shutdown);
}

const library_actor& library_service::in(caf::actor_system& system) {
  if (!actor_)
    actor_ =
        system.spawn<caf::stateful_actor<library_actor_state, library_actor::base>, caf::detached>(
            library_cache{folder_});
  return actor_;
}

} // namespace lockstep
