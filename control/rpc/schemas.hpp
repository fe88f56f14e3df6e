// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <lockstep/json.hpp>

/// JSON schemas of what the methods answer. Programs that read rpc.discover make their types from
/// them; the documentation is made from them too.

namespace lockstep::schemas {

json object();
json list_of(json members);
json system();
json terminating();
json identity();
json node();
json solver();
json status();
json logs();
json plan_logs();
json waiting();
json models();
json model();
json run();
json outcome();
json report();
json step();
json timeline();
json subscription();

/// Schemas that others refer to by "#/components/schemas/<name>".
json components();

} // namespace lockstep::schemas
