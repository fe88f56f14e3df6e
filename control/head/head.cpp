// SPDX-License-Identifier: BSD-3-Clause

#include "control/head/head.hpp"

#include "control/access/audit_log.hpp"
#include "control/access/control_acceptor.hpp"
#include "control/carriers/peer_user.hpp"
#include "control/cluster/cluster.hpp"
#include "control/cluster/head_certificates.hpp"
#include "control/cluster/node_process.hpp"
#include "control/head/head_options.hpp"
#include "control/head/head_output.hpp"
#include "control/plans/plan_processes.hpp"
#include "control/register/head_register.hpp"
#include "control/service/rpc_server.hpp"
#include "platform/output/iso_8601.hpp"

#include "actors/controller/controller_actor.hpp"
#include "actors/link/io_thread_actor.hpp"
#include "actors/loaders/catalogue.hpp"
#include "actors/system/liveness.hpp"
#include "actors/system/system_configuration.hpp"
#include "actors/worker/thread_priority.hpp"
#include "platform/output/captured_outputs.hpp"
#include "platform/output/log_writer.hpp"
#include "platform/process/child_watcher.hpp"
#include "platform/process/freed_memory.hpp"
#include "platform/process/neighbour_program.hpp"
#include "platform/process/service_notice.hpp"
#include "platform/process/termination.hpp"

#include <caf/scoped_actor.hpp>

#include <sys/prctl.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace lockstep {

namespace {

/// Exit code of a head that refuses to start because of what it was told.
constexpr int usage = 2;

constexpr std::chrono::seconds stop_limit{5};

/// For the last lines of the audit to be written.
constexpr std::chrono::seconds last_audit_limit{2};

/// For a node that was told to end.
constexpr std::chrono::seconds node_limit{2};

/// So often it is seen whether a certificate is to be renewed.
constexpr std::chrono::hours certificate_interval{1};

/// Whoever does not read it is gone, or hears it from elsewhere.
void write_line(int descriptor, const std::string& text) {
  const auto line = text + '\n';
  [[maybe_unused]] const auto written = ::write(descriptor, line.data(), line.size());
}

/// A JSON array, for whoever started the head.
std::string list_of_ids(const std::vector<run_id>& runs) {
  auto ids = json::array();
  for (const auto run : runs)
    ids.push_back(to_string(run));
  return ids.dump();
}

/// Of what each plan printed so much is kept, and of all together.
constexpr std::size_t plan_output_bytes = std::size_t{256} << 10U;
constexpr std::size_t plan_outputs_bytes = std::size_t{32} << 20U;

controller_actor spawn_controller(caf::actor_system& system, std::shared_ptr<plan_launcher> plans,
                                  const serve_options& options) {
  return spawn_on_io_thread<controller_actor, controller_actor_state>(
      system, std::move(plans),
      controller_options{options.payload_bytes, options.cluster.is_wanted(),
                         options.history_bytes});
}

tcp_lines_options carrier_options(const serve_options& options,
                                  std::shared_ptr<const tls_context> tls) {
  auto chosen = options.tcp;
  chosen.tls = std::move(tls);
  return chosen;
}

/// As the audit has it.
std::string own_name() {
  return user_text(::geteuid());
}

/// Everything that ends with the head, in the order in which it is made.
class head {
public:
  head(const serve_options& options, control_acceptor acceptor, termination& end)
      : options_(options), end_(end),
        audit_(options.audit_file, acceptor.tls || options.cluster.is_wanted()
                                       ? audit_log::otherwise::standard_error
                                       : audit_log::otherwise::nowhere),
        tls_(acceptor.tls != nullptr),
        certificates_(options.cluster.pki, hosts_of(options), audit_),
        server_(options.rpc, LOCKSTEP_VERSION, std::move(acceptor.tokens), audit_),
        carrier_(carrier_options(options, std::move(acceptor.tls)), server_),
        address_(to_string(carrier_.listening())), configuration_(options.silence_limit),
        system_(configuration_),
        plans_(std::make_shared<plan_processes>(
            system_, children_,
            [this](run_id run, std::string_view text) { plan_printed(run, text); })),
        controller_(spawn_controller(system_, plans_, options)),
        acceptor_(system_, caf::actor_cast<caf::strong_actor_ptr>(controller_)) {
    controller_->attach_functor([this](const caf::error& why) {
      if (why)
        fails("what carries steps", why);
      end_.notify();
    });
    if (tls_)
      certificates_.add("the control port",
                        [this](const tls_files& files) { return use_certificates(files); });
    if (options.with_node)
      node_.emplace(children_, acceptor_, options.node_arguments, options.quiet,
                    [this](std::string why) {
                      caf_compat::anon_send(controller_, local_node_failed{std::move(why)});
                    });
  }

  /// Gives the exit code. Throws where the cluster cannot be: not in the constructor, because what
  /// has begun by then ends with the process only.
  int run(const service_notice& notice) {
    if (options_.cluster.is_wanted())
      join_cluster();
    answer_clients();
    if (!options_.quiet) {
      say("control: listening on " + address_ + ", process " + std::to_string(::getpid()));
      if (cluster_ && cluster_->where())
        say("control: nodes join at " + to_string(*cluster_->where()));
    }
    tell_where();
    notice.ready("listening on " + address_);
    feed_watchdog(end_, notice,
                  [this](auto limit) { return answers(system_, controller_, limit); });
    audit_.write("head.started", own_name(), "", {{"control", address_}, {"tls", tls_}});
    const auto why = wait_for_end(notice);
    notice.stopping();
    entered_.reset();
    connection_file_.reset();
    audit_.write("head.ends", own_name(), "",
                 {{"why", failed_                              ? "failed"
                          : why == termination::reason::signal ? "signal"
                                                               : "terminated"}});
    if (why == termination::reason::signal) {
      caf_compat::anon_send(controller_, stop_controller{});
      end_.wait(stop_limit);
    }
    // What is owed to clients goes out before they are let go.
    carrier_.stop();
    if (node_)
      node_->end(node_limit);
    // Whoever is left with a process that has ended may be somebody who reaps none.
    children_.end();
    plans_->end();
    output_.give_back();
    audit_.drain(last_audit_limit);
    return failed_ ? 1 : 0;
  }

private:
  /// Throws where it cannot be written: whoever started the head would not know where it is.
  void say(std::string line) {
    if (const auto said = output_.say(std::move(line)); !said)
      throw std::runtime_error(said.error() + "; --quiet does without");
  }

  /// On the watcher's thread.
  void plan_printed(run_id run, std::string_view text) {
    plan_outputs_.append(run.value, text);
    output_.print(text);
  }

  /// Called on the thread of the actor that ended, before the wait for the end is over. Nothing is
  /// left that could answer or compute, so whoever watches over the head had better start it anew.
  void fails(const std::string& what, const caf::error& why) {
    failed_ = true;
    write_error_line("control: " + what +
                     " has failed, which ends the head: " + caf::to_string(why));
  }

  void tell_where() {
    const auto text = connection_text();
    if (!options_.connection_file.empty())
      connection_file_ = std::make_unique<head_file>(options_.connection_file, text);
    if (!options_.unlisted)
      entered_ = enter_head(text);
    if (options_.ready_descriptor < 0)
      return;
    write_line(options_.ready_descriptor, text.dump());
    if (options_.until_unneeded)
      end_.heed(options_.ready_descriptor);
    else
      ::close(options_.ready_descriptor);
  }

  /// The client that started it has closed its end, or is gone. It hears for which runs this head
  /// goes on. False where there is no answer yet: others may want this head, so it is asked again.
  bool leave_starter() {
    caf::scoped_actor self{system_};
    bool is_answered = true;
    caf_compat::request(self.ptr(), control_, stop_limit, starter_left{})
        .receive(
            [this](const wanted_runs& others) {
              if (!others.runs.empty())
                write_line(options_.ready_descriptor, list_of_ids(others.runs));
            },
            [&](const caf::error& why) { is_answered = why != caf::sec::request_timeout; });
    if (is_answered)
      ::close(options_.ready_descriptor);
    return is_answered;
  }

  [[nodiscard]] std::string started_by() const {
    return options_.until_unneeded ? "control run" : "control serve";
  }

  [[nodiscard]] json connection_text() const {
    json text{{"control", to_string(as_reached_here(carrier_.listening()))},
              {"pid", ::getpid()},
              {"started", to_iso_8601(started_)},
              {"started_by", started_by()}};
    if (tls_) {
      text["tls"] = true;
      text["ca"] = certificates_.files().authority;
    }
    if (cluster_ && cluster_->where())
      text["cluster"] = to_string(*cluster_->where());
    return text;
  }

  void join_cluster() {
    cluster_.emplace(acceptor_, options_.cluster,
                     [this](const std::string& what, const std::string& who,
                            const std::string& from,
                            const std::string& why) { audit_cluster(what, who, from, why); });
    certificates_.add("the cluster port", [this](const tls_files&) { return cluster_->reload(); });
  }

  /// Those who came earlier have waited for this.
  void answer_clients() {
    const auto program = own_path().string();
    head_facts facts{address_, default_search_path(program), limits_to_json(options_),
                     cluster_ && cluster_->where() ? to_string(*cluster_->where()) : ""};
    facts.output = &output_.kept();
    facts.plan_outputs = &plan_outputs_;
    facts.started = to_iso_8601(started_);
    facts.started_by = started_by();
    facts.until_unneeded = options_.until_unneeded;
    answer_sink& sink = server_;
    control_ = system_.spawn<caf::stateful_actor<control_actor_state, control_actor::base>>(
        controller_, spawn_text_actor(system_), std::ref(sink), std::ref(audit_), facts);
    control_->attach_functor([this](const caf::error& why) {
      if (!why)
        return;
      fails("what answers clients", why);
      end_.notify();
    });
    server_.connect(carrier_, control_);
  }

  /// What anybody can make happen is thinned where it comes too often.
  void audit_cluster(const std::string& what, const std::string& who, const std::string& from,
                     const std::string& why) {
    const auto details = why.empty() ? json::object() : json{{"why", why}};
    if (what.ends_with("refused"))
      audit_.write_refusal("node." + what, who, from, details);
    else
      audit_.write("node." + what, who, from, details);
  }

  /// SIGHUP asks for new certificates where there are any; elsewhere it is an end as others are.
  termination::reason wait_for_end(const service_notice& notice) {
    const bool renews = tls_ || cluster_;
    const auto interval =
        renews ? std::optional<std::chrono::milliseconds>{certificate_interval} : std::nullopt;
    bool leaves = false; // its starter, who has not been told yet
    for (;;) {
      const auto why = end_.wait(leaves ? std::chrono::milliseconds{0} : interval);
      if (why == termination::reason::hung_up || (why == termination::reason::time_over && leaves))
        leaves = !leave_starter();
      else if (why == termination::reason::time_over)
        certificates_.look();
      else if (why == termination::reason::signal && end_.signal() == SIGHUP && renews)
        reload(notice);
      else
        return why;
    }
  }

  void reload(const service_notice& notice) {
    notice.reloading();
    certificates_.reload("SIGHUP");
    notice.ready("listening on " + address_);
  }

  tl::expected<void, std::string> use_certificates(const tls_files& files) {
    return load_control_certificates(files, options_.cluster.oldest).map([this](auto loaded) {
      carrier_.renew(std::move(loaded));
    });
  }

  const serve_options& options_;
  termination& end_;
  head_output output_;
  captured_outputs plan_outputs_{plan_output_bytes, plan_outputs_bytes};
  audit_log audit_;
  bool tls_;
  head_certificates certificates_;
  // Before the actors, because it is what may be refused: a port may be taken.
  rpc_server server_;
  tcp_lines carrier_;
  std::string address_;
  system_configuration configuration_;
  caf::actor_system system_;
  /// The node, plans, and what those have left behind.
  child_watcher children_{child_watcher::orphans::adopted_and_reaped};
  /// The watcher still tells it of the ends of processes when the controller has ended.
  std::shared_ptr<plan_processes> plans_;
  controller_actor controller_;
  link_acceptor acceptor_;
  control_actor control_;
  std::optional<cluster> cluster_;
  std::optional<node_process> node_;
  std::chrono::system_clock::time_point started_ = std::chrono::system_clock::now();
  std::unique_ptr<head_file> connection_file_;
  std::unique_ptr<head_file> entered_;
  std::atomic<bool> failed_ = false; ///< an actor of the head ended in an error
};

} // namespace

int serve(const serve_options& asked) {
  const auto options = within_descriptors(asked);
  const auto notice = service_notice::from_environment();
  keep_freed_memory();
  if (options.exit_with_parent) {
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    // Its client's standard output is for the result, not for what a plan prints here.
    ::dup2(STDERR_FILENO, STDOUT_FILENO);
  }
  if (options.until_unneeded)
    ::prctl(PR_SET_PDEATHSIG, 0); // others may want it when its client is gone
  answer_promptly();
  prepare_caf();
  try {
    // Never destroyed, as the head: threads that outlive a failure may still tell it something.
    auto& end = *new termination;
    refresh_certificate(options);
    auto acceptor = open_control_acceptor(options);
    if (!acceptor) {
      write_error_line("control: " + acceptor.error());
      end_program(usage);
    }
    // Never destroyed whole: what its threads still do ends with the process.
    auto* whole = new head(options, *std::move(acceptor), end);
    end_program(whole->run(notice));
  } catch (const std::exception& thrown) {
    write_error_line("control: " + std::string{thrown.what()});
    end_program(1);
  }
}

} // namespace lockstep
