// SPDX-License-Identifier: BSD-3-Clause

#include "actors/worker/solver_actor.hpp"

#include "actors/loaders/catalogue.hpp"
#include "actors/worker/thread_priority.hpp"
#include "platform/process/freed_memory.hpp"

#include <cstdio>
#include <ctime>

namespace lockstep {

namespace {

class cell_context final : public step_context {
public:
  cell_context(progress_cell& cell, std::size_t payload_limit)
      : cell_(cell), payload_limit_(payload_limit) {}

  void progress(double fraction, std::string_view note) override { cell_.progress(fraction, note); }
  [[nodiscard]] bool cancelled() const override { return cell_.cancelled(); }
  void log(std::string_view line) override {
    // One write, so that lines of several threads do not mix.
    const std::string text = std::string{line} + '\n';
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
  }
  [[nodiscard]] std::size_t payload_limit() const override { return payload_limit_; }

private:
  progress_cell& cell_;
  std::size_t payload_limit_;
};

double thread_cpu_seconds() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

/// Measures from construction until `stop`.
class stopwatch {
public:
  void stop(solver_answer& answer) const {
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - wall_;
    answer.seconds = wall.count();
    answer.cpu_seconds = thread_cpu_seconds() - cpu_;
  }

private:
  std::chrono::steady_clock::time_point wall_ = std::chrono::steady_clock::now();
  double cpu_ = thread_cpu_seconds();
};

/// Adds a result to the answer; false if something was thrown.
bool add(solver_answer& answer, outcome&& result) {
  if (auto* good = std::get_if<blob>(&result)) {
    answer.answers.push_back(std::move(*good));
    return true;
  }
  auto& thrown = std::get<failure>(result);
  answer.answers.clear();
  answer.thrown = true;
  answer.type = std::move(thrown.type);
  answer.text = std::move(thrown.text);
  return false;
}

} // namespace

solver_actor_state::solver_actor_state(self_pointer self, std::shared_ptr<progress_cell> cell)
    : self_(self), cell_(std::move(cell)) {}

solver_actor::behavior_type solver_actor_state::make_behavior() {
  compute_in_background();
  return {
      [this](const prepare_solver& seat) { return send(prepare(seat)); },
      // Payloads are let go of before the answer is sent: who made them can use their memory again.
      [this](solver_task& task) {
        auto answer = run(task);
        task.arguments.clear();
        return send(std::move(answer));
      },
      [this](combine_task& task) {
        auto answer = combine(task);
        task.answers.clear();
        return send(std::move(answer));
      },
      [this](destroy_solver) {
        solver_.reset();
        sent_.clear();
        // A worker ends after this without a word to the C library.
        std::fflush(nullptr);
        give_memory_back();
        cell_->finish();
      },
      [this](const preload_library& wanted) {
        [[maybe_unused]] const auto found = find_model(wanted.model);
        cell_->finish();
      },
  };
}

caf::typed_response_promise<solver_answer> solver_actor_state::send(solver_answer&& answer) {
  cell_->finish();
  sent_ = answer.answers;
  auto promise = self_->make_response_promise<solver_answer>();
  promise.deliver(std::move(answer));
  wait_.wait(*cell_);
  return promise;
}

solver_answer solver_actor_state::prepare(const prepare_solver& place) {
  solver_answer answer;
  const stopwatch watch;
  cell_->begin_run();
  solver_.reset();
  const auto found = find_model(place.model);
  if (!found) {
    add(answer, failure{"model_refused", found.error().path + " " + found.error().why});
    return answer;
  }
  model_ = found->entry;
  payload_limit_ = place.payload_limit;
  auto made = model_->new_solver({place.index, place.count, place.seed, place.parameters.value()});
  if (auto* good = std::get_if<std::unique_ptr<solver>>(&made)) {
    solver_ = std::move(*good);
    answer.answers.emplace_back();
  } else {
    add(answer, std::move(std::get<failure>(made)));
  }
  watch.stop(answer);
  return answer;
}

solver_answer solver_actor_state::run(const solver_task& task) {
  sent_.clear();
  solver_answer answer;
  if (!solver_) {
    answer.thrown = true;
    answer.type = "no_solver";
    answer.text = "the worker has no solver for this run";
    return answer;
  }
  const stopwatch watch;
  cell_->begin(task.number, task.name);
  cell_context context{*cell_, payload_limit_};
  answer.answers.reserve(task.arguments.size());
  for (const auto& argument : task.arguments)
    if (!add(answer, solver_->call(task.key, argument, context)))
      break;
  cell_->end();
  watch.stop(answer);
  return answer;
}

solver_answer solver_actor_state::combine(const combine_task& task) {
  sent_.clear();
  solver_answer answer;
  const stopwatch watch;
  add(answer, model_->combine(task.operation, task.answers, payload_limit_, task.wanted));
  watch.stop(answer);
  return answer;
}

solver_actor spawn_solver(caf::actor_system& system, std::shared_ptr<progress_cell> cell) {
  return system.spawn<caf::stateful_actor<solver_actor_state, solver_actor::base>, caf::detached>(
      std::move(cell));
}

} // namespace lockstep
