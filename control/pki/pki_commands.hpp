// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "control/client/client_options.hpp"
#include "control/terminal/command_group.hpp"

#include "platform/openssl/pki_result.hpp"

#include <stdexcept>
#include <utility>

namespace lockstep {

/// `control pki …`: the cluster's authority. It works on the authority's folder; no head is asked.
/// `client` must live as long as the command line.
void add_pki_commands(CLI::App& app, const client_options& client, const command_adder& add);

/// The option --pki of commands that work on the authority's folder.
void add_pki_option(CLI::App& to, std::string& folder);

/// What was asked for, or std::runtime_error with the sentence.
template <class T>
T take(pki_result<T> result) {
  if (!result)
    throw std::runtime_error(result.error().text);
  return *std::move(result);
}

} // namespace lockstep
