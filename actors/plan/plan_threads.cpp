// SPDX-License-Identifier: BSD-3-Clause

#include "actors/plan/plan_threads.hpp"

#include "actors/plan/controller_lost.hpp"
#include "actors/plan/run_plan.hpp"
#include "platform/process/freed_memory.hpp"

#include <caf/scoped_actor.hpp>

#include <utility>

namespace lockstep {

namespace {

/// Each call is a request to the controller.
class request_channel final : public plan_channel {
public:
  request_channel(caf::actor_system& system, controller_actor controller,
                  std::shared_ptr<const std::atomic<plan_order>> order)
      : controller_(std::move(controller)), order_(std::move(order)), self_(system) {}

  plan_answer ask(plan_call call) override {
    plan_answer got;
    const auto name = call.step.name;
    // The controller lives in this process: it answers, or the process is gone.
    caf_compat::request(self_.ptr(), controller_, caf::infinite, std::move(call))
        .receive([&](plan_answer& answer) { got = std::move(answer); },
                 [&](const caf::error& why) { got = controller_lost(name, why); });
    return got;
  }

  void report(run_id run, json_text what) override {
    caf_compat::send(self_.ptr(), controller_, run, std::move(what));
  }

  plan_order order() override { return order_->load(); }

private:
  controller_actor controller_;
  std::shared_ptr<const std::atomic<plan_order>> order_;
  caf::scoped_actor self_;
};

} // namespace

plan_threads::~plan_threads() {
  for (auto& [run, its] : plans_)
    its.thread.detach();
}

void plan_threads::begin(plan_start start, const controller_actor& controller) {
  const auto run = start.run;
  auto order = std::make_shared<std::atomic<plan_order>>(plan_order::go_on);
  std::thread thread{[&system = system_, start = std::move(start), controller, order] {
    plan_ended ended;
    {
      request_channel channel{system, controller, order};
      ended = run_plan(start, channel);
    }
    give_memory_back();
    caf_compat::anon_send(controller, std::move(ended));
  }};
  plans_.emplace(run, plan{std::move(order), std::move(thread)});
}

void plan_threads::order(run_id run, plan_order what) {
  if (const auto found = plans_.find(run); found != plans_.end())
    found->second.order->store(what);
}

void plan_threads::ended(run_id run) {
  // To tell its end was the last thing that it did.
  if (auto its = plans_.extract(run); !its.empty())
    its.mapped().thread.join();
}

} // namespace lockstep
