// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include "actors/wire/blob_inspect.hpp"
#include "actors/wire/model_reference.hpp"

#include <lockstep/blob.hpp>

/// Node and controller to the library actor of their process: libraries of models on this machine.

namespace lockstep {

/// From the node: where exactly this build is on this machine, as its own library or in the cache.
/// Answered with its path. Error model_missing with a sentence.
struct locate_library {
  model_reference model;
};

template <class Inspector>
bool inspect(Inspector& f, locate_library& x) {
  return f.object(x).fields(f.field("model", x.model));
}

/// From the node: put this build into the cache. Answered with its path. Error model_missing with a
/// sentence.
struct cache_library {
  model_reference model;
  blob bytes;
};

template <class Inspector>
bool inspect(Inspector& f, cache_library& x) {
  return f.object(x).fields(f.field("model", x.model), f.field("bytes", x.bytes));
}

/// From the controller: the bytes of this build. Answered with a blob. Error model_missing with a
/// sentence.
struct read_library {
  model_reference model;
};

template <class Inspector>
bool inspect(Inspector& f, read_library& x) {
  return f.object(x).fields(f.field("model", x.model));
}

} // namespace lockstep
