// SPDX-License-Identifier: BSD-3-Clause

#pragma once

#include <lockstep/codec.hpp>

#include <concepts>
#include <istream>
#include <locale>
#include <ostream>
#include <sstream>
#include <string>

namespace lockstep {

/// A random engine or distribution of the standard library: it has a textual form, which by the
/// standard brings back exactly the state that was written.
template <class T>
concept standard_random = requires(T value, std::ostream& out, std::istream& in) {
  typename T::result_type;
  { value.min() } -> std::convertible_to<typename T::result_type>;
  { value.max() } -> std::convertible_to<typename T::result_type>;
  out << value;
  in >> value;
};

/// cereal knows no random numbers; with these, a solver's `serialize` takes engines and
/// distributions as it takes any other member, and they go on with the very next number. `load`
/// throws decode_error where the text is no state of this type.
template <standard_random Random>
void save(blob_writer& archive, const Random& random) {
  std::ostringstream text;
  text.imbue(std::locale::classic());
  text << random;
  archive(text.str());
}

template <standard_random Random>
void load(blob_reader& archive, Random& random) {
  std::string state;
  archive(state);
  std::istringstream text{state};
  text.imbue(std::locale::classic());
  if (!(text >> random))
    throw decode_error("what was to be the state of a random engine or distribution is none");
}

} // namespace lockstep
