// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <string>

namespace lockstep {

/// Which build of which model. A path is empty for a model that is compiled in.
struct model_reference {
  std::string name{};
  std::string path{};
  std::string sha256{};
};

template <class Inspector>
bool inspect(Inspector& f, model_reference& x) {
  return f.object(x).fields(f.field("name", x.name), f.field("path", x.path),
                            f.field("sha256", x.sha256));
}

} // namespace lockstep
