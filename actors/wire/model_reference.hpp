// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <string>

namespace lockstep {

/// Which build of which model. Of one that is compiled in, the name is all. A library is loaded
/// only where the bytes of the file have the hash, so both must be given.
struct model_reference {
  std::string name{};   ///< that LOCKSTEP_MODEL gave it; empty for the first of the library
  std::string path{};   ///< of the library, absolute; empty where the model is compiled in
  std::string sha256{}; ///< of the library's file, 64 lower-case hexadecimal digits
};

template <class Inspector>
bool inspect(Inspector& f, model_reference& x) {
  return f.object(x).fields(f.field("name", x.name), f.field("path", x.path),
                            f.field("sha256", x.sha256));
}

} // namespace lockstep
