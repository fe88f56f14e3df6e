// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <string_view>

namespace lockstep {

/// Stands something at each of the descriptors 0, 1 and 2 that is closed, so that no file or socket
/// which is opened later takes its place. Reading and writing there fails as it did. Call it first.
void keep_standard_descriptors();

/// Writes all of it to standard output, at once. Once that has failed nothing more is written; the
/// failure is remembered for ended_with(). Where a reader has gone SIGPIPE ends the program, as
/// usual. For one thread.
void write_output(std::string_view bytes);

/// Something could not be written: there is no use in going on.
bool has_output_failed();

/// Whether a row can be drawn anew there: a terminal that says what it is, and is not "dumb".
bool is_drawn_anew(int descriptor);

/// To be called last: the exit code of a program that would end with `code`. Where it printed what
/// could not be written, it says so on standard error, and success becomes 1. A reader who has gone
/// is told nothing.
int ended_with(int code, const char* program);

} // namespace lockstep
