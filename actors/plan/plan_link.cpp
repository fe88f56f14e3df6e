// SPDX-License-Identifier: BSD-3-Clause

#include "actors/plan/plan_link.hpp"

#include "actors/link/descriptor_scribe.hpp"
#include "actors/plan/controller_lost.hpp"
#include "actors/plan/plan_frames.hpp"

#include <caf/io/broker.hpp>
#include <caf/io/middleman.hpp>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace lockstep {

namespace {

/// What one link knows. For the network thread.
class plan_link_state {
public:
  plan_link_state(plan_start start, controller_actor controller)
      : run_(start.run), start_(std::move(start)), controller_(std::move(controller)) {}

  caf::behavior begin(caf::io::broker* self, unique_descriptor socket,
                      const std::shared_ptr<plan_link_state>& owner);

private:
  void take(const caf::io::new_data_msg& bytes);
  bool take_body(const void* bytes, std::size_t size);
  void take_call(plan_call call);
  void await_header();
  void refuse();
  void end_if_over();
  plan_ended how_it_ended();

  template <class T>
  bool send(plan_frame kind, T& body) {
    const bool fits = append_frame(self_->wr_buf(stream_), kind, body);
    self_->flush(stream_);
    return fits;
  }
  void answer(plan_answer what);

  run_id run_;
  plan_start start_;
  controller_actor controller_;
  caf::io::broker* self_ = nullptr;
  caf::io::connection_handle stream_;
  std::optional<plan_frame_header> header_; ///< of the frame that is coming
  plan_answer kept_; ///< the plan may not have opened its shared memory before its next frame
  std::optional<plan_ended> ended_;
  std::optional<plan_process_exit> exit_;
  bool is_closed_ = false;
  bool spoke_rubbish_ = false;
};

caf::behavior plan_link_state::begin(caf::io::broker* self, unique_descriptor socket,
                                     const std::shared_ptr<plan_link_state>& owner) {
  self_ = self;
  auto scribe = make_descriptor_scribe(self->system(), std::move(socket));
  stream_ = scribe->hdl();
  self->add_scribe(std::move(scribe));
  await_header();
  send(plan_frame::begin, start_);
  start_ = {};
  return {
      [owner](const caf::io::new_data_msg& bytes) { owner->take(bytes); },
      [owner](const caf::io::connection_closed_msg&) {
        owner->is_closed_ = true;
        owner->end_if_over();
      },
      [owner](plan_order what) {
        if (!owner->is_closed_)
          owner->send(plan_frame::order, what);
      },
      [owner](plan_process_exit& how) {
        owner->exit_ = std::move(how);
        owner->end_if_over();
      },
  };
}

void plan_link_state::await_header() {
  header_.reset();
  self_->configure_read(stream_, caf::io::receive_policy::exactly(sizeof(plan_frame_header)));
}

void plan_link_state::take(const caf::io::new_data_msg& bytes) {
  kept_ = {};
  if (!header_) {
    header_ = read_header(bytes.buf.data());
    const bool is_one = header_->kind == plan_frame::call || header_->kind == plan_frame::report ||
                        header_->kind == plan_frame::ended;
    if (!is_one || header_->size == 0)
      return refuse();
    self_->configure_read(stream_, caf::io::receive_policy::exactly(header_->size));
    return;
  }
  if (!take_body(bytes.buf.data(), bytes.buf.size()))
    return refuse();
  await_header();
}

bool plan_link_state::take_body(const void* bytes, std::size_t size) {
  if (ended_)
    return false;
  switch (header_->kind) {
  case plan_frame::call:
    if (auto call = read_body<plan_call>(bytes, size)) {
      take_call(std::move(*call));
      return true;
    }
    return false;
  case plan_frame::report:
    if (auto report = read_body<json_text>(bytes, size)) {
      caf_compat::send(self_, controller_, run_, std::move(*report));
      return true;
    }
    return false;
  case plan_frame::ended:
    ended_ = read_body<plan_ended>(bytes, size);
    return ended_.has_value();
  default:
    return false;
  }
}

void plan_link_state::take_call(plan_call call) {
  call.run = run_; // whatever it says
  const auto step = call.step.name;
  caf_compat::request(self_, controller_, caf::infinite, std::move(call))
      .then([this](plan_answer& what) { answer(std::move(what)); },
            [this, step](const caf::error& why) { answer(controller_lost(step, why)); });
}

void plan_link_state::answer(plan_answer what) {
  if (is_closed_)
    return;
  kept_ = std::move(what);
  if (send(plan_frame::answer, kept_))
    return;
  kept_ = {};
  kept_.failed.emplace();
  kept_.failed->type = "payload_too_large";
  kept_.failed->text = "the answers, each of them small, are too large together: over 4 GiB";
  send(plan_frame::answer, kept_);
}

/// Its process has written to our descriptor, or over our memory: nothing that it says counts.
void plan_link_state::refuse() {
  spoke_rubbish_ = true;
  ended_.reset();
  self_->close(stream_); // it ends where it next asks
  is_closed_ = true;
}

plan_ended plan_link_state::how_it_ended() {
  if (ended_)
    return std::move(*ended_);
  plan_ended told;
  told.how = plan_ended::ending::failed;
  auto& failed = told.failed;
  failed.type = exit_->was_started ? "plan_died" : "plan_cannot_start";
  failed.text = "the plan's process " + exit_->text;
  if (spoke_rubbish_)
    failed.text += "; it had written to descriptor 3, which is Lockstep's";
  else if (exit_->exit_code == 0)
    failed.text += " before the plan returned: something in it has called exit";
  failed.signal = exit_->signal;
  failed.exit_code = exit_->exit_code;
  failed.log = std::move(exit_->log);
  return told;
}

/// What the process wrote last may be read after its end is known.
void plan_link_state::end_if_over() {
  if (!exit_ || !is_closed_)
    return;
  auto told = how_it_ended();
  told.run = run_;
  caf_compat::send(self_, controller_, std::move(told));
  self_->quit();
}

} // namespace

plan_link spawn_plan_link(caf::actor_system& system, unique_descriptor socket, plan_start start,
                          controller_actor controller) {
  // Shared, since CAF copies what it begins an actor with.
  auto state = std::make_shared<plan_link_state>(std::move(start), std::move(controller));
  auto end = std::make_shared<unique_descriptor>(std::move(socket));
  return caf::actor_cast<plan_link>(system.middleman().spawn_broker<caf::hidden>(
      [state, end](caf::io::broker* self) { return state->begin(self, std::move(*end), state); }));
}

} // namespace lockstep
