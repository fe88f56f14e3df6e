// SPDX-License-Identifier: BSD-3-Clause

#include "examples/traffic_assignment/tntp/text_file.hpp"
#include "examples/traffic_assignment/tntp/tntp_flow.hpp"
#include "examples/traffic_assignment/tntp/tntp_text.hpp"

#include <algorithm>
#include <cstddef>
#include <initializer_list>

namespace traffic_assignment {
namespace {

using words = std::vector<std::string_view>;

/// Which column of a row holds what; as published where there is no header.
struct columns {
  std::size_t from = 0;
  std::size_t to = 1;
  std::size_t volume = 2;
  std::size_t cost = 3;
};

std::string in_small_letters(std::string_view word) {
  std::string small;
  for (const char c : word)
    small += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return small;
}

bool is_name(std::string_view word) {
  const char first = word.front();
  return (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z');
}

class flow_reader {
public:
  flow_reader(std::string_view text, const std::string& name) : text_(text, name) {}

  std::vector<link_flow> read() {
    while (text_.next_line()) {
      if (text_.rest_of_line().front() == '<')
        continue;
      const auto row = words_of_line();
      if (row.empty())
        continue;
      if (rows_.empty() && is_name(row.front()))
        columns_ = columns_of_header(row);
      else
        rows_.push_back(row_of(row));
    }
    return std::move(rows_);
  }

private:
  words words_of_line() {
    words row;
    for (auto word = text_.next_word(); !word.empty(); word = text_.next_word())
      if (word != ":" && word != ";")
        row.push_back(word);
    return row;
  }

  columns columns_of_header(const words& header) const {
    return {column(header, {"from", "tail", "init_node"}),
            column(header, {"to", "head", "term_node"}), column(header, {"volume", "flow"}),
            column(header, {"cost", "time"})};
  }

  std::size_t column(const words& header, std::initializer_list<std::string_view> names) const {
    for (std::size_t i = 0; i < header.size(); ++i)
      if (std::find(names.begin(), names.end(), in_small_letters(header[i])) != names.end())
        return i;
    text_.fail("the header has no column " + std::string{*names.begin()} +
               ", expected From To Volume Cost");
  }

  link_flow row_of(const words& row) const {
    link_flow flow;
    flow.from = node(row, columns_.from, "the tail node");
    flow.to = node(row, columns_.to, "the head node");
    flow.volume = text_.quantity(at(row, columns_.volume), "the volume");
    flow.cost = text_.quantity(at(row, columns_.cost), "the cost");
    return flow;
  }

  std::uint32_t node(const words& row, std::size_t column, std::string_view what) const {
    return static_cast<std::uint32_t>(text_.whole(at(row, column), what, 1, nodes_max) - 1);
  }

  static std::string_view at(const words& row, std::size_t column) {
    return column < row.size() ? row[column] : std::string_view{};
  }

  tntp_text text_;
  columns columns_;
  std::vector<link_flow> rows_;
};

} // namespace

std::vector<link_flow> flows_of_text(std::string_view text, const std::string& name) {
  return flow_reader{text, name}.read();
}

std::vector<link_flow> read_flows(const std::filesystem::path& file) {
  const auto text = read_text_file(file);
  return flows_of_text(text, file.string());
}

} // namespace traffic_assignment
