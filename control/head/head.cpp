#include "control/head/head.hpp"

#include "control/head/cluster.hpp"
#include "control/head/connection_file.hpp"
#include "control/head/node_process.hpp"
#include "control/head/rpc_server.hpp"

#include "actors/controller_actor.hpp"
#include "actors/link/io_thread_actor.hpp"
#include "actors/liveness.hpp"
#include "actors/loaders/catalogue.hpp"
#include "actors/plan_driver.hpp"
#include "actors/process/descriptor_limit.hpp"
#include "actors/process/freed_memory.hpp"
#include "actors/process/service_notice.hpp"
#include "actors/process/termination.hpp"
#include "actors/system_configuration.hpp"
#include "actors/thread_priority.hpp"

#include <sys/prctl.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <optional>

namespace lockstep {

namespace {

constexpr std::chrono::seconds stop_limit{5};

json limits_to_json(const serve_options& options) {
  return {{"line_bytes", options.tcp.line_bytes},
          {"nesting", options.rpc.nesting},
          {"batch", options.rpc.batch},
          {"connections", options.tcp.connections},
          {"in_flight", options.rpc.in_flight},
          {"waiting_bytes", options.tcp.waiting_bytes},
          {"payload_bytes", options.payload_bytes}};
}

void write_line(int descriptor, const std::string& text) {
  const auto line = text + '\n';
  [[maybe_unused]] const auto written = ::write(descriptor, line.data(), line.size());
  ::close(descriptor);
}

controller_actor spawn_controller(caf::actor_system& system, const serve_options& options) {
  return spawn_on_io_thread<controller_actor, controller_actor_state>(
      system, plans_on_threads(system), controller_options{options.payload_bytes});
}

/// Everything that ends with the head, in the order in which it is made.
class head {
public:
  head(const serve_options& options, termination& end)
      : options_(options), end_(end), server_(options.rpc, LOCKSTEP_VERSION),
        carrier_(options.tcp, server_), address_(to_string(carrier_.listening())),
        configuration_(options.silence_limit), system_(configuration_),
        controller_(spawn_controller(system_, options)),
        door_(system_, caf::actor_cast<caf::strong_actor_ptr>(controller_)) {
    controller_->attach_functor([&end] { end.notify(); });
    const auto program = std::filesystem::read_symlink("/proc/self/exe").string();
    const head_facts facts{address_, default_search_path(program), limits_to_json(options)};
    answer_sink& sink = server_;
    control_ = system_.spawn<caf::stateful_actor<control_actor_state, control_actor::base>>(
        controller_, std::ref(sink), facts);
    server_.connect(carrier_, control_);
    if (options.with_node)
      node_.emplace(door_, options.node_arguments, options.quiet);
  }

  /// Throws where the cluster cannot be: not in the constructor, because what has begun by then ends
  /// with the process only.
  void run(const service_notice& notice) {
    join_cluster();
    if (!options_.quiet) {
      std::printf("control: listening on %s, process %d\n", address_.c_str(), ::getpid());
      if (cluster_ && cluster_->where())
        std::printf("control: nodes join at %s\n", to_string(*cluster_->where()).c_str());
      std::fflush(stdout);
    }
    if (!options_.connection_file.empty())
      write_connection_file(options_.connection_file, connection_text());
    if (options_.ready_descriptor >= 0)
      write_line(options_.ready_descriptor, connection_text());
    notice.ready("listening on " + address_);
    feed_watchdog(end_, notice,
                  [this](auto limit) { return answers(system_, controller_, limit); });
    const bool signalled = end_.wait() == termination::reason::signal;
    notice.stopping();
    if (signalled) {
      caf_compat::anon_send(controller_, caf::close_atom_v);
      end_.wait(stop_limit);
    }
    // What is owed to clients goes out before they are let go.
    carrier_.stop();
  }

private:
  void join_cluster() {
    if (options_.cluster.is_wanted())
      cluster_.emplace(door_, options_.cluster,
                       [](const std::string& what, const std::string& who, const std::string& from,
                          const std::string& details) {
                         std::fprintf(stderr, "control: %s %s %s %s\n", what.c_str(), who.c_str(),
                                      from.c_str(), details.c_str());
                       });
  }

  [[nodiscard]] std::string connection_text() const {
    json text{{"control", address_}, {"pid", ::getpid()}};
    if (cluster_ && cluster_->where())
      text["cluster"] = to_string(*cluster_->where());
    return text.dump();
  }

  const serve_options& options_;
  termination& end_;
  // First of all, because it is what may be refused: a port may be taken.
  rpc_server server_;
  tcp_lines carrier_;
  std::string address_;
  system_configuration configuration_;
  caf::actor_system system_;
  controller_actor controller_;
  link_door door_;
  control_actor control_;
  std::optional<cluster> cluster_;
  std::optional<node_process> node_;
};

} // namespace

int serve(const serve_options& options) {
  const auto notice = service_notice::from_environment();
  raise_descriptor_limit();
  keep_freed_memory();
  if (options.exit_with_parent)
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  answer_promptly();
  termination end;
  prepare_caf();
  try {
    // Never destroyed whole: a plan that computes on its own cannot be ended but with the process.
    auto* whole = new head(options, end);
    whole->run(notice);
  } catch (const std::exception& thrown) {
    std::fprintf(stderr, "control: %s\n", thrown.what());
    std::_Exit(1);
  }
  if (!options.connection_file.empty())
    ::unlink(options.connection_file.c_str());
  std::fflush(nullptr);
  std::_Exit(0);
}

} // namespace lockstep
