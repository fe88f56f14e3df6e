// SPDX-License-Identifier: BSD-3-Clause

#include "control/completion/completion.hpp"

#include "control/models/model_parameters.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <sstream>
#include <utility>

namespace lockstep {

namespace {

/// Where in the command line the last word stands.
struct place {
  explicit place(const CLI::App* at) : command(at) {}

  const CLI::App* command;
  const CLI::Option* option = nullptr; ///< whose value it is
  std::string unknown;                 ///< an option that only a model may know, whose value it is
  std::size_t positionals = 0;         ///< before it
  std::vector<std::string> extras;     ///< words that the command does not know itself
};

const CLI::Option* find_option(const CLI::App& command, const std::string& name) {
  for (const auto* one : command.get_options({}))
    if (one->check_name(name))
      return one;
  return nullptr;
}

const CLI::App* find_command(const CLI::App& group, const std::string& name) {
  for (const auto* one : group.get_subcommands({}))
    if (one->get_name() == name)
      return one;
  return nullptr;
}

bool takes_value(const CLI::Option& option) {
  return option.get_items_expected_max() != 0;
}

/// Goes on by one word that is complete.
void pass(place& at, const std::string& word) {
  if (std::exchange(at.option, nullptr) != nullptr)
    return;
  const bool was_value = !std::exchange(at.unknown, "").empty();
  if (word.starts_with('-')) {
    const bool has_value = word.find('=') != word.npos;
    const auto* option = find_option(*at.command, word.substr(0, word.find('=')));
    if (option == nullptr)
      at.extras.push_back(word);
    if (!has_value && option != nullptr && takes_value(*option))
      at.option = option;
    else if (!has_value && option == nullptr)
      at.unknown = word;
    return;
  }
  if (was_value)
    at.extras.push_back(word);
  else if (const auto* below = find_command(*at.command, word))
    at = place{below};
  else {
    at.extras.push_back(word);
    ++at.positionals;
  }
}

class collector {
public:
  collector(std::string prefix, const head_words& head) : prefix_(std::move(prefix)), head_(head) {}

  void add(const std::string& word, const std::string& meaning) {
    if (!word.starts_with(prefix_))
      return;
    auto line = meaning.substr(0, meaning.find('\n'));
    found.words.push_back({word, std::move(line)});
  }

  /// As a type of the command line has it: "TEXT:{core,thread}", "TEXT:FILE", "RUN".
  void add_values(const std::string& type) {
    if (const auto open = type.find('{'); open != type.npos) {
      std::istringstream choices{type.substr(open + 1, type.find('}') - open - 1)};
      for (std::string one; std::getline(choices, one, ',');)
        add(one, "");
    }
    if (type == "auto|N")
      add("auto", "");
    found.files = found.files || type.find("FILE") != type.npos;
    found.folders = found.folders || type.find("DIR") != type.npos;
    if (type == "MODEL" && prefix_.find('/') != prefix_.npos)
      found.files = true;
    else
      for (const auto& one : head_.named(type))
        add(one.word, one.meaning);
  }

  void add_commands(const CLI::App& group) {
    for (const auto* one : group.get_subcommands({}))
      if (!one->get_group().empty())
        add(one->get_name(), one->get_description());
  }

  void add_options(const CLI::App& command) {
    for (const auto* one : command.get_options({}))
      if (!one->get_group().empty())
        for (const auto& name : one->get_lnames())
          add("--" + name, one->get_description());
  }

  void add_parameters(const json& parameters) {
    for (const auto& one : parameters)
      add("--" + one.at("name").get<std::string>(), one.value("help", ""));
  }

  void add_values_of(const json& parameter) {
    for (const auto& choice : parameter.value("choices", json::array()))
      add(choice.is_string() ? choice.get<std::string>() : choice.dump(), "");
    const auto type = parameter.value("type", "");
    if (type == "boolean") {
      add("true", "");
      add("false", "");
    }
    found.files = (type == "string" || type == "file") && !parameter.contains("choices");
  }

  proposals found;

private:
  std::string prefix_;
  const head_words& head_;
};

const CLI::Option* positional_at(const CLI::App& command, std::size_t number) {
  for (const auto* one : command.get_options({}))
    if (one->get_positional() && number-- == 0)
      return one;
  return nullptr;
}

/// The parameters of the model among the words; none where the command takes none.
json parameters_at(const place& at, const head_words& head) {
  auto words = at.extras;
  const auto model = at.command->get_allow_extras() ? take_model(words) : std::nullopt;
  return model ? head.parameters(*model) : json::array();
}

void add_value_of_parameter(collector& all, const json& parameters, const std::string& option) {
  for (const auto& one : parameters)
    if ("--" + one.at("name").get<std::string>() == option)
      all.add_values_of(one);
}

} // namespace

proposals propose(const CLI::App& app, std::vector<std::string> words, const head_words& head) {
  auto last = words.empty() ? std::string{} : words.back();
  place at{&app};
  for (std::size_t i = 0; i + 1 < words.size(); ++i)
    pass(at, words[i]);
  std::string before; // "--name=", which stands before each value
  if (const auto equals = last.find('='); last.starts_with("--") && equals != last.npos) {
    before = last.substr(0, equals + 1);
    pass(at, last.substr(0, equals));
    last.erase(0, equals + 1);
  }
  collector all{last, head};
  if (at.option != nullptr)
    all.add_values(at.option->get_type_name());
  else if (!at.unknown.empty())
    add_value_of_parameter(all, parameters_at(at, head), at.unknown);
  else if (last.starts_with('-')) {
    all.add_options(*at.command);
    all.add_parameters(parameters_at(at, head));
  } else if (!at.command->get_subcommands({}).empty())
    all.add_commands(*at.command);
  else if (const auto* positional = positional_at(*at.command, at.positionals))
    all.add_values(positional->get_type_name());
  for (auto& one : all.found.words)
    one.word = before + one.word;
  return std::move(all.found);
}

std::string lines_of(const proposals& all) {
  std::string text;
  for (const auto& one : all.words)
    text += one.word + (one.meaning.empty() ? "" : '\t' + one.meaning) + '\n';
  return text + (all.files ? ":files\n" : "") + (all.folders ? ":folders\n" : "");
}

std::string_view completion_script(const std::string& shell) {
  if (shell == "fish")
    return R"fish(# Completion of Lockstep's control for fish: control completion fish | source
function __lockstep_control
  set -l words (commandline -opc)
  set -l current (commandline -ct)
  for line in ($words[1] complete $words[2..-1] $current 2>/dev/null)
    switch $line
      case :files
        __fish_complete_path $current
      case :folders
        __fish_complete_directories $current ''
      case '*'
        echo $line
    end
  end
end
complete -c control -c lockstep-control -f -a '(__lockstep_control)'
)fish";
  if (shell == "zsh")
    return R"zsh(#compdef control lockstep-control
# Completion of Lockstep's control for zsh, after compinit: eval "$(control completion zsh)"
_lockstep_control() {
  local line word meaning
  local -a found
  while IFS= read -r line; do
    case $line in
      :files) _files ;;
      :folders) _files -/ ;;
      *)
        word=${line%%$'\t'*} meaning=${line#$word}
        found+=("${word//:/\\:}:${meaning#$'\t'}") ;;
    esac
  done < <("${words[1]}" complete "${(@)words[2,CURRENT]}" 2>/dev/null)
  (( $#found == 0 )) || _describe 'lockstep' found
}
compdef _lockstep_control control lockstep-control
)zsh";
  return R"bash(# Completion of Lockstep's control for bash: eval "$(control completion bash)"
_lockstep_control() {
  local line rest=$COMP_LINE word= current= kind value i
  local -a words=()
  # To bash ":" and "=" begin words too. What no blank parts is one word.
  for ((i = 0; i <= COMP_CWORD; i++)); do
    current=${COMP_WORDS[i]}
    if [[ $i -gt 0 && $rest != [[:blank:]]* && $rest == "$current"* ]]; then
      word+=$current
    else
      [ "$i" = 0 ] || words+=("$word")
      word=$current
    fi
    rest=${rest#"${rest%%[![:blank:]]*}"}
    rest=${rest#"$current"}
  done
  # What bash puts a proposal in the place of.
  [[ $current == *[!:=]* ]] || current=
  value=$word
  [[ $word != --*=* ]] || value=${word#*=}
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      :files | :folders)
        kind=-f
        [ "$line" = :files ] || kind=-d
        compopt -o filenames 2>/dev/null
        while IFS= read -r line; do COMPREPLY+=("${line#"${value%"$current"}"}"); done \
          < <(compgen $kind -- "$value") ;;
      *)
        line=${line%%$'\t'*}
        COMPREPLY+=("${line#"${word%"$current"}"}") ;;
    esac
  done < <("${COMP_WORDS[0]/#\~/$HOME}" complete "${words[@]:1}" "$word" 2>/dev/null)
}
complete -F _lockstep_control control lockstep-control
)bash";
}

} // namespace lockstep
