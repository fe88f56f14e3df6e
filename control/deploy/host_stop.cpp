// SPDX-License-Identifier: BSD-3-Clause

#include "control/deploy/host_stop.hpp"

#include "control/deploy/remote_script.hpp"

namespace lockstep {

host_command host_stop::on_line(const std::string& line) {
  if (!line.starts_with(remote_prefix)) {
    others_ = line.empty() ? others_ : line;
    return {};
  }
  const auto said = line.substr(remote_prefix.size());
  const auto space = said.find(' ');
  const auto word = said.substr(0, space);
  const auto rest = space == std::string::npos ? std::string{} : said.substr(space + 1);
  if (word == "none") {
    result_ = outcome::none;
  } else if (word == "ended") {
    result_ = outcome::ended;
    pid_ = rest;
  } else if (word == "failed") {
    result_ = outcome::failed;
    why_ = rest;
  }
  return {};
}

void host_stop::on_end(const std::string& how) {
  if (result_ == outcome::open)
    give_up(others_.empty() ? "ssh " + how : others_);
}

host_command host_stop::give_up(const std::string& why) {
  if (result_ == outcome::open) {
    result_ = outcome::failed;
    why_ = why;
  }
  return {.text = {}, .send_program = false, .close_input = true};
}

} // namespace lockstep
