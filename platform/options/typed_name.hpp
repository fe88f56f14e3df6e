// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <string>

namespace lockstep {

/// To be called first: how this program was called (argv[0]), and its name without prefix,
/// "control" or "node".
void called_as(const std::string& typed, const std::string& own);

/// What to type for one of our programs, "control" or "node", in the same shell: beside the name
/// that was typed for this one, in quotes where a shell needs them. The bare name before
/// called_as().
std::string typed_name(const std::string& program);

/// The same without quotes: the name of one of our programs that is started by another (argv[0]),
/// which then calls itself and the others as this one does.
std::string given_name(const std::string& program);

/// As typed_name(), for any folder: with its whole path where it is not found along PATH.
std::string typed_name_anywhere(const std::string& program);

/// A text for people with the names of the programs as they are to be typed: `control list` becomes
/// `lockstep-control list`. Commands stand behind a backquote, "Example: ", or two spaces at the
/// beginning of a line.
std::string with_typed_names(std::string text);

} // namespace lockstep
