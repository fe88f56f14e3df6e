// SPDX-License-Identifier: BSD-3-Clause

#include "actors/controller/node_requests.hpp"

#include "platform/network/host_name.hpp"

#include <utility>

// How a model's library gets to a node that lacks it.

namespace lockstep {

void node_requests::library_missing(const question& what, const caf::error& why) {
  const auto* run = history_.find(what.run);
  if (run == nullptr)
    return;
  const auto& model = run->request.model;
  tell_(run_events::library_missing{what.run, what.node, what.attempt,
                                    "the library of the head (" + host_name() + "), " + model.path +
                                        " with SHA-256 " + model.sha256 + ": " + sentence_of(why)});
}

void node_requests::obey(run_commands::push_library& what) {
  const question to{what.run, what.node, 0, what.attempt};
  auto& library = libraries_[what.run];
  if (!library.bytes.empty())
    return send_library(to, library.bytes);
  library.waiting.push_back(to);
  if (library.waiting.size() > 1)
    return; // it is being read
  caf_compat::request(self_, reader_.in(self_->system()), caf::infinite,
                      read_library{history_.find(what.run)->request.model})
      .then(
          [this, run = what.run](const blob& bytes) {
            const auto found = libraries_.find(run);
            if (found == libraries_.end())
              return; // the run is over
            found->second.bytes = bytes;
            for (const auto& each : std::exchange(found->second.waiting, {}))
              send_library(each, bytes);
          },
          [this, run = what.run](const caf::error& why) {
            auto found = libraries_.extract(run);
            if (!found.empty())
              for (const auto& each : found.mapped().waiting)
                failed(each, "model_missing", sentence_of(why));
          });
}

void node_requests::send_library(const question& to, blob library) {
  const auto* node = nodes_.up(to.node);
  if (node == nullptr)
    return;
  const auto held = std::make_shared<blob>(std::move(library));
  node->link->out->send_library(to.run, *held,
                                [this, to, held](const tl::expected<void, std::string>& sent) {
                                  if (!sent)
                                    failed(to, "transfer_failed",
                                           "the model's library could not be sent to node " +
                                               to_string(to.node) + ": " + sent.error());
                                  else
                                    keep_library(to, *held);
                                });
}

void node_requests::keep_library(const question& to, const blob& library) {
  const auto* node = nodes_.up(to.node);
  const auto* run = history_.find(to.run);
  if (node == nullptr || run == nullptr)
    return;
  caf_compat::request(self_, node->handle, caf::infinite,
                      push_library{to.run, run->request.model, library})
      .then(
          [this, to] {
            tell_(run_events::library_pushed{to.run, to.node, to.attempt});
          },
          [this, to](const caf::error& why) { library_missing(to, why); });
}

} // namespace lockstep
