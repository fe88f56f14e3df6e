// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "control/service/calls/control_handle.hpp"
#include "control/service/calls/rpc_errors.hpp"
#include "control/service/models/check_actor.hpp"
#include "control/service/models/trial_actor.hpp"

#include "actors/loaders/catalogue.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <utility>

namespace lockstep {

/// Looks models up, and has the parameters of runs checked. It answers from what the catalogue
/// remembers; a library that is new or has changed is tried by an actor beside it, and others are
/// answered meanwhile.
///
/// A member of the control actor's state, for its thread. It reads folders, so that thread is never
/// the network's.
class model_look_ups {
public:
  /// `search_path` is the head's.
  model_look_ups(control_actor::pointer self, controller_actor controller, std::string search_path);
  model_look_ups(const model_look_ups&) = delete;
  model_look_ups& operator=(const model_look_ups&) = delete;

  /// Calls `use` with what `recall` gives for the model and the search path of these params, at
  /// once where the catalogue remembers, else when what is missing has been tried; or `refuse` with
  /// an rpc_error.
  template <class Recall, class Use, class Refuse>
  void look_up(const json& params, Recall recall, Use use, Refuse refuse) {
    if (auto wrong = relative_folder(params))
      return refuse(*std::move(wrong));
    const auto model = params.value("model", "");
    const auto path = search_path(params);
    if (auto found = recall(model, path, asked::first))
      return use(*std::move(found));
    if (!trials_)
      trials_ = spawn_trials(self_->system());
    ++under_way_;
    caf_compat::request(self_, trials_, caf::infinite, model, path)
        .then(
            [this, model, path, recall, use, refuse] {
              if (auto found = recall(model, path, asked::after_trial))
                use(*std::move(found));
              else
                refuse(changing_library());
              one_is_over();
            },
            [this, refuse](const caf::error& why) {
              trials_ = nullptr; // it is gone, the next one may do better
              refuse(to_rpc_error(why));
              one_is_over();
            });
  }

  /// Calls `use` with the parameters of a run, defaults filled in, or `refuse` with an rpc_error.
  template <class Use, class Refuse>
  void check(const model_reference& model, json parameters, Use use, Refuse refuse) {
    if (!checks_)
      checks_ = spawn_checks(self_->system());
    ++under_way_;
    caf_compat::request(self_, checks_, caf::infinite, model, std::move(parameters))
        .then(
            [this, use](const packed_json& checked) {
              use(checked);
              one_is_over();
            },
            [this, refuse](const caf::error& why) {
              if (why.category() != caf::type_id_v<errc>) // it is gone, the next one may do better
                checks_ = nullptr;
              refuse(to_rpc_error(why));
              one_is_over();
            });
  }

  /// What a client is told of a model that was not found, or not taken.
  [[nodiscard]] rpc_error library_error(const refused_library& refused, const json& params) const;

  /// Ends the head once it is idle. Runs that were asked for earlier come first.
  void end_when_idle();

private:
  [[nodiscard]] static std::optional<rpc_error> relative_folder(const json& params);
  [[nodiscard]] static rpc_error changing_library();
  [[nodiscard]] std::string search_path(const json& params) const;
  void one_is_over();

  control_actor::pointer self_;
  controller_actor controller_;
  std::string search_path_;
  trial_actor trials_;
  check_actor checks_;
  std::size_t under_way_ = 0;   ///< that wait for a trial or a check
  bool ends_when_idle_ = false; ///< asked for while there was one
};

} // namespace lockstep
