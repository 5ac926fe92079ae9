#include "report.hpp"

#include <algorithm>
#include <map>
#include <ostream>
#include <vector>

namespace {

std::ostream &operator<<(std::ostream &out, const outlive::Position &position) {
  return out << position.file << ':' << position.line << ':' << position.column;
}

void report_verdict(std::ostream &out, const outlive::Result &result, const outlive_verdict &verdict, bool why) {
  out << "  ";
  if (const auto position = result.position(verdict.pos)) out << *position << ": ";
  out << outlive::site_kind_name(verdict.kind) << ' ' << result.site_name(verdict.site) << ": "
      << outlive::placement_name(verdict.placement) << (verdict.flags & OUTLIVE_FLAG_DANGLES ? ", a pointer to it dangles: " : ": ")
      << outlive::reason_words(verdict.reason) << '\n';
  if (!why) return;
  const auto explanation = result.explain(verdict.site);
  for (std::size_t i = 0; i < explanation.steps().size(); i++) out << "    " << explanation.line(i) << '\n';
}

}  // namespace

void report(std::ostream &out, const outlive::Result &result, const Arguments &arguments) {
  // Verdicts come ascending by site; here they are wanted by function, in the order of the module.
  std::map<std::uint32_t, std::vector<outlive_verdict>> functions;
  for (const outlive_verdict verdict : result.verdicts()) functions[verdict.func].push_back(verdict);

  std::map<std::string_view, std::size_t> placements;
  for (const auto &[function, verdicts] : functions) {
    const std::string_view name = result.function_name(function);
    if (!arguments.function.empty() && name != arguments.function) continue;
    out << name << '\n';
    for (const outlive_verdict &verdict : verdicts) {
      report_verdict(out, result, verdict, arguments.why);
      placements[outlive::placement_name(verdict.placement)]++;
    }
  }

  const outlive_stats stats = result.stats();
  out << stats.functions << " functions, " << stats.instructions << " instructions, " << stats.sites << " sites";
  const char *separator = ": ";
  for (const auto &[placement, count] : placements) {
    out << separator << count << ' ' << placement;
    separator = ", ";
  }
  out << '\n';
}

void report(std::ostream &out, std::string_view file, const outlive::Error &error) {
  out << file << ": " << outlive::status_words(error.status) << ": " << error.message << '\n';
}
