// outlive_builder.hpp: a module of everything a builder makes, and what is refused.
#include "answers.hpp"
#include "outlive_builder.hpp"

#include <string>
#include <vector>

namespace {

// A list with a function that keeps a node, one that does not, and one that asks another language.
outlive::Module list() {
  outlive::ModuleDesc module;
  module.name = "list";
  module.producer = "test";
  outlive::Builder b = value_of([&] { return outlive::Builder::create(module); });
  const auto integer = value_of([&] { return b.basic(OUTLIVE_TYPE_INT); });
  const auto boolean = value_of([&] { return b.basic(OUTLIVE_TYPE_BOOL); });
  const auto node = value_of([&] { return b.named("list", "node"); });
  const auto pointer = value_of([&] { return b.pointer(node); });
  CHECK(value_of([&] { return b.pointer(node); }).id == pointer.id);
  outlive_field fields[2] = {};
  fields[0].name = outlive::str("value");
  fields[0].type = integer;
  fields[1].name = outlive::str("next");
  fields[1].type = pointer;
  fields[1].offset = 8;
  const auto layout = value_of([&] { return b.structure(16, {fields, 2}); });
  CHECK(succeeds([&] { return b.set_underlying(node, layout); }));

  const auto file = value_of([&] { return b.file("list.src"); });
  const auto pos = value_of([&] { return b.position(file, 3, 7); });
  const auto visit_type = value_of([&] { return b.func({pointer}, {}); });
  const auto visit = value_of([&] { return b.function({"list.visit", visit_type, pos}); });
  CHECK(succeeds([&] { return b.external(visit, {{0, OUTLIVE_FLOW_NONE, 0, 0}}); }));

  // func make(n int) *node: a node that leaves; visits another that stays.
  const auto make_type = value_of([&] { return b.func({integer}, {pointer}); });
  outlive::FunctionDesc desc;
  desc.name = "list.make";
  desc.type = make_type;
  desc.pos = pos;
  desc.flags = OUTLIVE_FUNC_EXPORTED;
  const auto make = value_of([&] { return b.function(desc); });
  CHECK(succeeds([&] { return b.attribute(make, OUTLIVE_ATTR_LANG_VERSION, 7); }));
  outlive::SiteDesc leaves;
  leaves.kind = OUTLIVE_SITE_NEW;
  leaves.type = node;
  leaves.func = make;
  leaves.name = "leaves";
  leaves.pos = pos;
  outlive::SiteDesc stays = leaves;
  stays.name = "stays";
  const auto leaving = value_of([&] { return b.site(leaves); }), staying = value_of([&] { return b.site(stays); });
  outlive::Body body = value_of([&] { return b.body(make); });
  const outlive::Block entry = value_of([&] { return body.block({integer}); });
  CHECK(entry.params.size() == 1);
  CHECK(succeeds([&] { return body.at(pos); }));
  const auto stay = value_of([&] { return body.make(staying); }), leave = value_of([&] { return body.make(leaving); });
  const auto address = value_of([&] { return body.field_addr(leave, 0); });
  CHECK(succeeds([&] { return body.store(address, entry.params[0]); }));
  CHECK(value_of([&] { return body.call(visit, {stay}, 0); }).empty());
  const auto loaded = value_of([&] { return body.load(address); });
  const auto zero = value_of([&] { return body.const_int(integer, 0); });
  outlive::Instruction compare;
  compare.op = OUTLIVE_OP_COMPARE;
  compare.aux = outlive::aux(OUTLIVE_COMPARE_LT);
  compare.args = {loaded, zero};
  compare.types = {boolean};
  const outlive::Emitted less = value_of([&] { return body.emit(compare); });
  CHECK(less.results.size() == 1 && succeeds([&] { return body.attribute(less.inst, 40000, 1); }));
  const outlive::Block done = value_of([&] { return body.block({pointer}); });
  const outlive::Block many = value_of([&] { return body.block(); });
  CHECK(succeeds([&] { return body.attribute(many.block, OUTLIVE_ATTR_DEPTH, 1); }));
  CHECK(succeeds([&] { return body.switch_to(entry); }));
  CHECK(succeeds([&] { return body.branch(less.results[0], many, done, {}, {leave}); }));
  CHECK(succeeds([&] { return body.switch_to(many); }));
  const outlive_case cases[] = {{5, done, &leave, 1}};
  CHECK(succeeds([&] { return body.switch_on(loaded, {cases, 1}, done, {leave}); }));
  CHECK(succeeds([&] { return body.switch_to(done); }));
  CHECK(succeeds([&] { return body.ret({done.params[0]}); }));
  CHECK(succeeds([&] { return body.finish(); }));
  CHECK(error_of([&] { return body.finish(); }).status == OUTLIVE_E_FINISHED);

  // A variable with data and pointers, and a function that jumps; recovering at its second block.
  outlive::GlobalDesc data;
  data.name = "list.table";
  data.type = value_of([&] { return b.array(pointer, 2); });
  const std::vector<unsigned char> bytes(16, 0);
  data.data = bytes;
  const auto table = value_of([&] { return b.global(data); });
  CHECK(succeeds([&] { return b.relocate(table, 0, table, 8); }));
  CHECK(succeeds([&] { return b.relocate(table, 8, make); }));
  const auto jump_type = value_of([&] { return b.func({}, {}); });
  const auto jump = value_of([&] { return b.function({"list.jump", jump_type}); });
  body = value_of([&] { return b.body(jump); });
  const outlive::Block first = value_of([&] { return body.block(); });
  const outlive::Block second = value_of([&] { return body.block(); });
  CHECK(succeeds([&] { return body.ret(); }) && succeeds([&] { return body.recover_at(second); }));
  CHECK(succeeds([&] { return body.switch_to(first); }));
  outlive::SiteDesc array_site;
  array_site.kind = OUTLIVE_SITE_VAR;
  array_site.type = data.type;
  array_site.func = jump;
  array_site.name = "array";
  array_site.pinned = true;
  const auto array = value_of([&] { return body.make(value_of([&] { return b.site(array_site); })); });
  const auto index = value_of([&] { return body.const_int(integer, 1); });
  CHECK(value_of([&] { return body.elem_addr(array, index); }).owner != 0);
  CHECK(succeeds([&] { return body.jump(second); }) && succeeds([&] { return body.finish(); }));
  CHECK(succeeds([&] { return b.attribute(40001, 3); }));
  return value_of([&] { return b.finish(); });
}

void test_modules() {
  const outlive::Module module = list();
  CHECK(module.name() == "list" && module.counts().functions == 3 && module.counts().externals == 1);
  const auto make = module.find_function("list.make");
  CHECK(make && module.function_name(*make) == "list.make" && !module.find_function("list.nosuch"));
  CHECK(module.site_name(0) == "leaves" && module.site_name(99).empty());
  const outlive::Result result = value_of([&] { return module.analyze(); });
  std::string placements;
  for (const outlive_verdict row : result.verdicts()) {
    placements += std::string(result.site_name(row.site)) + " " + std::string(outlive::placement_name(row.placement)) + ", ";
    CHECK((row.flags & OUTLIVE_FLAG_DANGLES) == 0);
  }
  CHECK(placements == "leaves heap, stays stack, array stack, ");
  const outlive::Module rewritten = value_of([&] { return module.run_passes("promote"); });
  CHECK(rewritten.counts().sites == module.counts().sites);
  const auto unknown = error_of([&] { return module.run_passes("nosuch"); });
  CHECK(unknown.status == OUTLIVE_E_BAD_PASSES && unknown.message.find("nosuch") != std::string::npos);
}

void test_types() {
  outlive::Builder b = value_of([] { return outlive::Builder::create({"types"}); });
  const auto integer = value_of([&] { return b.basic(OUTLIVE_TYPE_INT); });
  const auto string = value_of([&] { return b.basic(OUTLIVE_TYPE_STRING); });
  const auto method_type = value_of([&] { return b.func({}, {integer}); });
  const outlive_interface_method methods[] = {{outlive::str("M"), method_type}};
  const auto interface_type = value_of([&] { return b.interface_type({methods, 1}); });
  const auto parameter = value_of([&] { return b.type_param("T", interface_type); });
  for (const outlive_type type :
       {value_of([&] { return b.slice(integer); }), value_of([&] { return b.map(string, integer); }),
        value_of([&] { return b.chan(integer, 1); }), value_of([&] { return b.opaque(24, 8, true); }),
        value_of([&] { return b.func({integer, value_of([&] { return b.slice(string); })}, {}, true); }), parameter}) {
    CHECK(type.owner == integer.owner);
  }
  const auto named = value_of([&] { return b.named("types", "N", {integer}); });
  CHECK(succeeds([&] { return b.set_underlying(named, integer); }));
  const auto receiver_type = value_of([&] { return b.func({named}, {integer}); });
  const auto method = value_of([&] { return b.function({"types.N.M", receiver_type}); });
  const outlive_method set[] = {{outlive::str("M"), method, 0, 0}};
  CHECK(succeeds([&] { return b.set_methods(named, {set, 1}); }));
  CHECK(value_of([&] { return b.string("text"); }) != value_of([&] { return b.string("other"); }));
  CHECK(value_of([&] { return b.finish(); }).counts().externals == 1);
}

void test_refusals() {
  outlive::Builder b = value_of([] { return outlive::Builder::create({"refused"}); });
  outlive::Builder other = value_of([] { return outlive::Builder::create({"other"}); });
  const auto integer = value_of([&] { return b.basic(OUTLIVE_TYPE_INT); });
  CHECK(error_of([&] { return other.pointer(integer); }).status == OUTLIVE_E_BAD_ENTITY);
  CHECK(error_of([&] { return b.basic(999); }).status == OUTLIVE_E_BAD_ARGUMENT);
  CHECK(error_of([&] { return b.function({"f", integer}); }).status == OUTLIVE_E_BAD_TYPE);
  const auto type = value_of([&] { return b.func({}, {integer}); });
  const auto f = value_of([&] { return b.function({"f", type}); });
  outlive::Body body = value_of([&] { return b.body(f); });
  CHECK(error_of([&] { return body.finish(); }).status == OUTLIVE_E_INCOMPLETE);
  CHECK(error_of([&] { return b.finish(); }).status == OUTLIVE_E_INCOMPLETE);
  CHECK(succeeds([&] { return body.block(); }));
  outlive::SiteDesc site;
  site.kind = OUTLIVE_SITE_VAR;
  site.type = integer;
  site.func = f;
  site.name = "x";
  const auto x = value_of([&] { return b.site(site); });
  CHECK(succeeds([&] { return b.attribute(x, OUTLIVE_ATTR_DEPTH, 1); }));
  const auto address = value_of([&] { return body.make(x); });
  const auto again = error_of([&] { return body.make(x); });
  CHECK(again.status == OUTLIVE_E_BAD_ARGUMENT && !again.message.empty());
  CHECK(error_of([&] { return body.load(outlive_value{99, address.owner}); }).status == OUTLIVE_E_BAD_ENTITY);
  outlive::Instruction unknown;
  unknown.op = 200;
  CHECK(error_of([&] { return body.emit(unknown); }).status == OUTLIVE_E_UNKNOWN_OPCODE);
  // A body that is dropped leaves its function as it was.
  body = outlive::Body();
  CHECK(succeeds([&] { return b.body(f); }));
}

#ifndef OUTLIVE_NO_EXCEPTIONS
// The example of outlive_builder.hpp.
void test_example() {
  outlive::Builder builder = outlive::Builder::create({"example"});
  outlive_type i = builder.basic(OUTLIVE_TYPE_INT), p = builder.pointer(i);
  outlive_function f = builder.function({"main.f", builder.func({}, {p})});
  outlive::Body body = builder.body(f);
  body.block();
  outlive_value x = body.make(builder.site({OUTLIVE_SITE_NEW, i, f, "new(int)"}));
  body.ret({x});
  body.finish();
  outlive::Module module = builder.finish();
  CHECK(module.analyze().verdicts()[0].placement == OUTLIVE_PLACE_HEAP);
}
#endif

}  // namespace

void test_builder() {
#ifndef OUTLIVE_NO_EXCEPTIONS
  test_example();
#endif
  test_modules();
  test_types();
  test_refusals();
  for (const outlive_aux made : {outlive::aux(outlive_site{1, 2}), outlive::aux(outlive_function{1, 2}), outlive::aux(outlive_global{1, 2}),
                                 outlive::aux(outlive_type{1, 2}), outlive::aux(outlive_block{1, 2})}) {
    CHECK(made.id == 1 && made.owner == 2);
  }
}
