// SPDX-License-Identifier: BSD-3-Clause

#include "control/client/connection.hpp"
#include "control/deploy/host_stop.hpp"
#include "control/deploy/remote_script.hpp"
#include "control/deploy/ssh_sessions.hpp"
#include "control/deploy/up_command.hpp"
#include "control/deploy/up_view.hpp"
#include "control/terminal/output.hpp"

#include <lockstep/json.hpp>

#include <deque>
#include <utility>

namespace lockstep {

namespace {

std::string text_of(const host_stop& stop) {
  switch (stop.result()) {
  case host_stop::outcome::ended:
    return "ended process " + stop.pid();
  case host_stop::outcome::none:
    return "nothing to end";
  default:
    return "failed: " + stop.why();
  }
}

json outcome_of(const std::string& target, const host_stop& stop) {
  json one{{"target", target}, {"down", stop.result() != host_stop::outcome::failed}};
  if (stop.result() == host_stop::outcome::ended)
    one["pid"] = std::stoll(stop.pid());
  if (stop.result() == host_stop::outcome::failed)
    one["error"] = stop.why();
  return one;
}

} // namespace

int take_down(const client_options& options, const up_options& up) {
  const auto hosts = read_hosts_file(up.hosts_file);
  notice_interrupts(first_interrupt::takes_time);
  std::deque<host_stop> stops(hosts.size());
  std::vector<session_job> jobs;
  for (std::size_t i = 0; i < hosts.size(); ++i)
    jobs.push_back({hosts[i].target, stop_script(), &stops[i]});
  ssh_sessions sessions{session_settings_of(up), std::move(jobs)};
  up_view view{targets_of(hosts)};
  const auto show = [&] {
    for (std::size_t i = 0; i < stops.size(); ++i)
      if (sessions.is_over(i))
        view.say(i, text_of(stops[i]));
  };
  while (sessions.turn()) {
    if (was_interrupted())
      sessions.give_up("interrupted");
    show();
  }
  show();
  json outcome = json::array();
  bool all_down = true;
  for (std::size_t i = 0; i < hosts.size(); ++i) {
    outcome.push_back(outcome_of(hosts[i].target, stops[i]));
    all_down = all_down && outcome.back().at("down").get<bool>();
  }
  if (options.json)
    print(one_line({{"hosts", outcome}}));
  return exit_code_of_sessions(all_down);
}

} // namespace lockstep
