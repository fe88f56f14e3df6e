// SPDX-License-Identifier: BSD-3-Clause

#include "tests/sim/two_machines.hpp"

#include "control/answers/run_text.hpp"

#include "actors/link/io_thread_actor.hpp"

#include <lockstep/codec.hpp>

#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <stdexcept>
#include <thread>

namespace lockstep {

namespace {

constexpr std::chrono::seconds start_limit{20};

/// A worker's proxy that answers with what it is given.
worker_proxy::behavior_type echoing_proxy(worker_proxy::pointer,
                                          const std::shared_ptr<far_witness>& witness) {
  return {
      [witness](const prepare_solver& seat) {
        const std::lock_guard guard{witness->mutex};
        witness->library_paths.push_back(seat.model.path);
        solver_answer done;
        done.answers.emplace_back();
        return done;
      },
      [witness](const solver_task& task) {
        const std::lock_guard guard{witness->mutex};
        if (task.name == "library") {
          solver_answer path;
          path.answers.push_back(encode(SIZE_MAX, witness->library_paths.back()));
          return path;
        }
        for (const auto& argument : task.arguments)
          witness->memory_files.push_back(memory_file_of(argument));
        solver_answer done;
        done.answers = task.arguments;
        return done;
      },
      [](const combine_task& task) {
        solver_answer done;
        done.answers.push_back(task.wanted.index == 0 ? task.answers.front() : blob{});
        return done;
      },
      [](get_status) { return solver_status{}; },
      [](const stop_solver&) {},
      [](destroy_solver) {},
      [](const preload_library&) {},
      [](check_progress) {},
  };
}

class echoing_workers final : public worker_source {
public:
  echoing_workers(caf::actor_system& system, std::size_t slots,
                  std::shared_ptr<far_witness> witness)
      : system_(system), slots_(slots), witness_(std::move(witness)) {}

  void connect(const node_actor& node) { node_ = caf::actor_cast<caf::actor_addr>(node); }

  [[nodiscard]] std::vector<std::int64_t> cores() const override {
    return std::vector<std::int64_t>(slots_, -1);
  }
  void start(slot_number slot) override {
    const auto proxy = system_.spawn(echoing_proxy, witness_);
    living_[slot.value] = proxy;
    if (const auto node = caf::actor_cast<node_actor>(node_))
      caf_compat::anon_send(node, join_as_worker{slot, std::int64_t{slot.value} + 1, proxy});
  }
  void kill(slot_number slot, std::int64_t) override {
    const auto found = living_.extract(slot.value);
    const auto node = caf::actor_cast<node_actor>(node_);
    if (found.empty() || !node)
      return;
    caf::anon_send_exit(found.mapped(), caf::exit_reason::kill);
    caf_compat::anon_send(node, worker_exit{slot.value, slot.value + 1, "killed", 9, {}, {}});
  }
  void stop_all() override {
    while (!living_.empty())
      kill({living_.begin()->first}, 0);
  }
  [[nodiscard]] bool workers_stay() const override { return true; }
  void end_leftovers() override {}
  [[nodiscard]] output_tail output(slot_number, std::size_t) const override { return {}; }

private:
  caf::actor_system& system_;
  std::size_t slots_;
  std::shared_ptr<far_witness> witness_;
  caf::actor_addr node_;
  std::map<std::uint32_t, worker_proxy> living_;
};

} // namespace

std::uint64_t memory_file_of(const blob& payload) {
  struct stat about {};
  if (payload.memory() == nullptr || ::fstat(payload.memory()->descriptor(), &about) != 0)
    return 0;
  return about.st_ino;
}

far_machine::far_machine(int descriptor, std::size_t solvers,
                         const std::shared_ptr<far_witness>& witness)
    : system_((prepare_caf(), configuration_)) {
  const auto reached = connect_to_parent(system_, descriptor, start_limit);
  if (!reached)
    throw std::runtime_error(caf::to_string(reached.error()));
  const auto workers = std::make_shared<echoing_workers>(system_, solvers, witness);
  node_description description{"far", 1, "0", 1, workers->cores()};
  description.remote = true;
  node_ = spawn_on_io_thread<node_actor, node_actor_state>(
      system_, caf::actor_cast<controller_actor>(*reached), description,
      std::shared_ptr<worker_source>{workers});
  workers->connect(node_);
  caf_compat::anon_send(node_, start_node{});
}

two_machines::two_machines(std::size_t solvers, controller_options options, far_lives where) {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    throw std::runtime_error("cannot make a socket pair");
  start(ends[0], ends[1], solvers, options, where);
}

two_machines::two_machines(std::size_t solvers, const slow_wire& wire) {
  start(wire.ends()[0], wire.ends()[1], solvers, {}, far_lives::in_this_process);
}

namespace {

/// A fake: the test speaks for the plan.
class expected_plan final : public plan_launcher {
public:
  explicit expected_plan(std::function<void(run_id)> begun) : begun_(std::move(begun)) {}
  void begin(plan_start start, const controller_actor&) override { begun_(start.run); }
  void order(run_id, plan_order) override {}
  void ended(run_id) override {}

private:
  std::function<void(run_id)> begun_;
};

} // namespace

void two_machines::plan_begun(run_id run) {
  const std::lock_guard guard{mutex_};
  run_ = run;
  begun_.notify_all();
}

void two_machines::start(int near_end, int far_end, std::size_t solvers, controller_options options,
                         far_lives where) {
  prepare_caf();
  if (where == far_lives::in_its_own) // before there are threads
    fork_far_machine(far_end, near_end, solvers);
  near_ = std::make_unique<near_machine>();
  controller_ = spawn_on_io_thread<controller_actor, controller_actor_state>(
      near_->system, std::make_shared<expected_plan>([this](run_id run) { plan_begun(run); }),
      options);
  acceptor_ = std::make_unique<link_acceptor>(near_->system,
                                              caf::actor_cast<caf::strong_actor_ptr>(controller_));
  acceptor_->admit(near_end);
  if (where == far_lives::in_this_process)
    far_ = std::make_unique<far_machine>(far_end, solvers, witness);
}

void two_machines::fork_far_machine(int descriptor, int other_end, std::size_t solvers) {
  auto pattern = (std::filesystem::temp_directory_path() / "lockstep-far-XXXXXX").string();
  far_folder_ = ::mkdtemp(pattern.data());
  far_process_ = ::fork();
  if (far_process_ != 0) {
    ::close(descriptor);
    return;
  }
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::close(other_end);
  if (::chdir(far_folder_.c_str()) != 0)
    std::_Exit(1);
  ::setenv("LOCKSTEP_CACHE", (far_folder_ + "/cache").c_str(), 1);
  const far_machine far{descriptor, solvers, witness};
  for (;;)
    ::pause();
}

two_machines::~two_machines() {
  if (run_)
    end_plan();
  {
    caf::scoped_actor self{near_->system};
    caf_compat::request(self.ptr(), controller_, start_limit, shut_down{})
        .receive([] {}, [](const caf::error&) {});
  }
  acceptor_.reset();
  controller_ = nullptr;
  far_.reset();
  if (far_process_ > 0) {
    ::kill(far_process_, SIGKILL);
    ::waitpid(far_process_, nullptr, 0);
    std::filesystem::remove_all(far_folder_);
  }
}

run_id two_machines::queue(lockstep::start_run wanted) {
  caf::scoped_actor self{near_->system};
  run_id queued;
  caf_compat::request(self.ptr(), controller_, std::chrono::seconds{60}, std::move(wanted))
      .receive([&](const run_info& got) { queued = got.run; },
               [](const caf::error& why) { throw std::runtime_error(caf::to_string(why)); });
  return queued;
}

json two_machines::describe(run_id run) {
  caf::scoped_actor self{near_->system};
  json text;
  caf_compat::request(self.ptr(), controller_, std::chrono::seconds{60}, get_run{run})
      .receive([&](const run_info& found) { text = json::parse(to_text(found, SIZE_MAX)); },
               [](const caf::error& why) { throw std::runtime_error(caf::to_string(why)); });
  return text;
}

json two_machines::start_run(lockstep::start_run request) {
  request.model.name = request.model.name.empty() ? "echo" : request.model.name;
  run_.reset();
  const auto id = queue(std::move(request));
  const auto deadline = std::chrono::steady_clock::now() + start_limit;
  for (;;) {
    {
      std::unique_lock guard{mutex_};
      begun_.wait_for(guard, std::chrono::milliseconds{20}, [this] { return run_.has_value(); });
    }
    auto described = describe(id);
    const auto state = described.at("state").get<std::string>();
    if (state == "running" || state == "failed" || std::chrono::steady_clock::now() > deadline)
      return described;
  }
}

plan_answer two_machines::step(step_call call) {
  caf::scoped_actor self{near_->system};
  plan_answer answer;
  caf_compat::request(self.ptr(), controller_, std::chrono::seconds{280},
                      plan_call{run_.value(), std::move(call)})
      .receive([&](plan_answer& got) { answer = std::move(got); },
               [&](const caf::error& why) {
                 answer.failed.emplace();
                 answer.failed->text = caf::to_string(why);
               });
  return answer;
}

void two_machines::end_plan() {
  plan_ended ended;
  ended.run = run_.value();
  caf_compat::anon_send(controller_, std::move(ended));
}

double two_machines::ask_for_status() {
  const auto begun = std::chrono::steady_clock::now();
  caf::scoped_actor self{near_->system};
  caf_compat::request(self.ptr(), controller_, std::chrono::seconds{60},
                      list_solvers{std::chrono::seconds{10}})
      .receive(
          [](const std::vector<solver_info>& solvers) {
            if (solvers.empty())
              throw std::runtime_error("no solver has answered");
          },
          [](const caf::error& why) { throw std::runtime_error(caf::to_string(why)); });
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
}

} // namespace lockstep
