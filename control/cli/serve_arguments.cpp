// SPDX-License-Identifier: BSD-3-Clause

#include "control/cli/serve_arguments.hpp"

#include "actors/wire/limits.hpp"
#include "control/client/usage_error.hpp"
#include "control/models/model_paths.hpp"
#include "platform/network/address.hpp"
#include "platform/options/option_value.hpp"
#include "platform/output/writable_folder.hpp"

#include <CLI/CLI.hpp>

#include <cstdint>
#include <variant>

namespace lockstep {

namespace {

/// Below that a head could not keep a run of some thousand steps.
constexpr std::uint64_t history_bytes_min = std::uint64_t{1} << 20U;

} // namespace

std::string refuse_negative(const std::string& text) {
  return text.starts_with('-') ? text + " is negative" : "";
}

void node_arguments::add_to(CLI::App& app, const std::string& name_of_workers) {
  app.add_option(name_of_workers, workers,
                 "worker processes of this machine, one for each solver: a number, or auto")
      ->type_name("auto|N")
      ->check([](const std::string& text) {
        return why_not_worker_count(text, limits::solvers_of_node);
      });
  app.add_option("--per", per, "one solver per core or per hardware thread")
      ->check(CLI::IsMember({"core", "thread"}));
  app.add_option("--bind", bind, "keep each worker on its core or not")
      ->check(CLI::IsMember({"core", "none"}));
  app.add_option("--log-dir", log_folder, "also write the solvers' output to files here")
      ->check(CLI::ExistingDirectory)
      ->check(why_not_writable);
}

std::vector<std::string> node_arguments::words() const {
  std::vector<std::string> all;
  const auto add = [&all](const char* name, const std::string& value) {
    if (!value.empty())
      all.insert(all.end(), {name, value});
  };
  add("--workers", workers);
  add("--per", per);
  add("--bind", bind);
  add("--log-dir", log_folder);
  return all;
}

serve_options serve_arguments::chosen() {
  static_cast<void>(own_search_path()); // folders that can be named in JSON
  const auto found = parse_address(listen_);
  if (!found)
    throw usage_error("--listen '" + listen_ + "': " + found.error());
  head_.tcp.listen = *found;
  head_.rpc.line_bytes = head_.tcp.line_bytes;
  head_.node_arguments = node_.words();
  head_.with_node = !no_node_;
  cluster_.fill_in(head_);
  return head_;
}

void serve_arguments::add_to(CLI::App& serve) {
  serve.add_option("--listen", listen_, "HOST:PORT; port 0 lets the system choose")
      ->capture_default_str();
  serve
      .add_option("--connection-file", head_.connection_file,
                  "write {\"control\": \"HOST:PORT\", \"pid\": …} here while it serves")
      ->type_name("FILE");
  node_.add_to(serve, "--workers,--solvers");
  cluster_.add_to(serve);
  serve.add_flag("--no-node", no_node_, "start no node on this machine");
  serve.add_flag("--quiet", head_.quiet, "print nothing but errors");
  add_limits_to(serve);
  add_doors_to(serve);
  serve.add_option("--ready-fd", head_.ready_descriptor)->group("");
  serve.add_flag("--exit-with-parent", head_.exit_with_parent)->group("");
  serve.add_flag("--until-unneeded", head_.until_unneeded)->group("");
  serve.add_flag("--unlisted", head_.unlisted)->group("");
}

void serve_arguments::add_limits_to(CLI::App& serve) {
  serve.add_option("--line-bytes", head_.tcp.line_bytes, "limit of one line")
      ->check(refuse_negative)
      ->capture_default_str();
  serve.add_option("--nesting", head_.rpc.nesting, "limit of nested arrays and objects")
      ->check(refuse_negative)
      ->capture_default_str();
  serve.add_option("--connections", head_.tcp.connections, "limit of connections")
      ->check(refuse_negative)
      ->capture_default_str();
  serve.add_option("--requests", head_.rpc.in_flight, "limit of requests in flight per connection")
      ->check(refuse_negative)
      ->capture_default_str();
  serve
      .add_option("--slow-reader-bytes", head_.tcp.waiting_bytes,
                  "limit of bytes waiting for a slow reader")
      ->check(refuse_negative)
      ->capture_default_str();
  serve.add_option("--payload-bytes", head_.payload_bytes, "limit of one argument or answer")
      ->capture_default_str()
      ->check(refuse_negative);
  serve
      .add_option("--history-bytes", head_.history_bytes,
                  "limit of what is kept of all runs: steps, reports, results, parameters")
      ->capture_default_str()
      ->check(CLI::Range(history_bytes_min, std::uint64_t{1} << 50U));
}

void serve_arguments::add_doors_to(CLI::App& serve) {
  serve
      .add_option("--pki", head_.cluster.pki,
                  "folder of certificates and tokens, made by `control pki init` (default "
                  "LOCKSTEP_PKI, then ~/.config/lockstep/pki)")
      ->type_name("DIR");
  serve.add_flag("--tls", head_.tls,
                 "TLS and tokens on loopback too; beyond it they are always on");
  serve
      .add_option("--audit-file", head_.audit_file,
                  "one line for each start, cancel, refusal …: here (default stderr where TLS or "
                  "a cluster is on, else nowhere)")
      ->type_name("FILE");
}

} // namespace lockstep
