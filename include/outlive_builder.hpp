// Building modules node by node in C++17: outlive_builder and outlive_body of outlive.h as classes, with the conventions of outlive.hpp.
//
// Types, functions, sites, blocks and values are the C handles, which are small and may be copied; each knows the builder or body it is
// of, and one of another is refused. A `Builder` may be used by several threads at once, a `Body` by one at a time; bodies of one builder
// may be built in parallel.
//
//     outlive::Builder builder = outlive::Builder::create({"example"});
//     outlive_type i = builder.basic(OUTLIVE_TYPE_INT), p = builder.pointer(i);
//     outlive_function f = builder.function({"main.f", builder.func({}, {p})});
//     outlive::Body body = builder.body(f);
//     body.block();
//     outlive_value x = body.make(builder.site({OUTLIVE_SITE_NEW, i, f, "new(int)"}));
//     body.ret({x});
//     body.finish();
//     outlive::Module module = builder.finish();

#ifndef OUTLIVE_BUILDER_HPP
#define OUTLIVE_BUILDER_HPP

#include "outlive.hpp"

#include <vector>

namespace outlive {

#ifdef OUTLIVE_NO_EXCEPTIONS
inline namespace error_codes {
#else
inline namespace exceptions {
#endif

/// What a module is to be.
struct ModuleDesc {
  std::string_view name = {};
  /// What writes it, such as the name and version of a compiler.
  std::string_view producer = {};
  /// 4 or 8; 0 stands for 8.
  std::uint32_t pointer_size = 0;
  /// Largest alignment of a scalar; 0: the size of a pointer.
  std::uint32_t max_align = 0;
  /// Limits; 0: none.
  std::uint64_t max_instructions = 0;
  std::uint64_t max_memory_bytes = 0;
};

/// A function. `pos` is of `Builder::position`; 0: none.
struct FunctionDesc {
  std::string_view name = {};
  /// Its func type; a receiver is the first parameter.
  outlive_type type = {};
  std::uint32_t pos = 0;
  /// Bits: `OUTLIVE_FUNC_...`.
  std::uint32_t flags = 0;
  outlive_function parent = {};
  outlive_function instance_of = {};
  /// Types of its free variables.
  std::vector<outlive_type> free_types = {};
};

/// A storage site, which one instruction is to make.
struct SiteDesc {
  /// `OUTLIVE_SITE_...`.
  std::uint32_t kind = 0;
  outlive_type type = {};
  outlive_function func = {};
  /// The variable's name, or the allocation as source text.
  std::string_view name = {};
  std::uint32_t pos = 0;
  /// Number of the parameter or result.
  std::uint32_t index = 0;
  /// Your user should not see a line about it.
  bool silent = false;
  /// It lives in its function's frame whatever happens, as locals of C and C++ do.
  bool pinned = false;
  /// For an inlined copy, the site it copies.
  outlive_site parent = {};
};

/// A package-level variable.
struct GlobalDesc {
  std::string_view name = {};
  outlive_type type = {};
  std::uint32_t pos = 0;
  /// Initial bytes.
  Bytes data = {};
};

/// An instruction as `docs/ir.md` has it: operands, what it names beside them, immediates, types of its results.
struct Instruction {
  /// `OUTLIVE_OP_...`.
  std::uint32_t op = 0;
  std::vector<outlive_value> args = {};
  outlive_aux aux = {};
  std::vector<std::uint32_t> imms = {};
  std::vector<outlive_type> types = {};
};

/// What an instruction is to be named by.
inline outlive_aux aux(std::uint32_t number) noexcept { return outlive_aux_number(number); }
inline outlive_aux aux(outlive_site site) noexcept { return outlive_aux_site(site); }
inline outlive_aux aux(outlive_function func) noexcept { return outlive_aux_function(func); }
inline outlive_aux aux(outlive_global global) noexcept { return outlive_aux_global(global); }
inline outlive_aux aux(outlive_type type) noexcept { return outlive_aux_type(type); }
inline outlive_aux aux(outlive_block block) noexcept { return outlive_aux_block(block); }

/// A block with its parameters.
struct Block {
  outlive_block block = {};
  std::vector<outlive_value> params = {};
  operator outlive_block() const noexcept { return block; }
};

/// An instruction that has been added, with its results.
struct Emitted {
  outlive_inst inst = {};
  std::vector<outlive_value> results = {};
};

/// A function's body under construction.
class Body : public detail::Handle<outlive_body, outlive_body_free> {
 public:
  using Handle::Handle;

  /// Adds a block and makes it the current one. The first is the entry: its parameters are the function's.
  Answer<Block> block(List<outlive_type> types = {}) {
    Block made;
    made.params.resize(types.size());
    outlive_error *error = nullptr;
    const outlive_status status =
        outlive_body_block(get(), types.data(), types.size(), &made.block, made.params.data(), &error);
    if (status != OUTLIVE_OK) return detail::failure<Block>(detail::take(status, error));
    return made;
  }
  /// Instructions are added there from now on.
  Answer<void> switch_to(outlive_block block) {
    return detail::run([&](auto error) { return outlive_body_switch_to(get(), block, error); });
  }
  /// The position of instructions to come.
  Answer<void> at(std::uint32_t pos) {
    return detail::run([&](auto error) { return outlive_body_at(get(), pos, error); });
  }
  /// Where the function goes on after a recovered panic.
  Answer<void> recover_at(outlive_block block) {
    return detail::run([&](auto error) { return outlive_body_recover_at(get(), block, error); });
  }
  Answer<void> attribute(outlive_inst inst, std::uint32_t key, std::uint32_t value = 1) {
    return detail::run([&](auto error) { return outlive_body_attribute_inst(get(), inst, key, value, error); });
  }
  Answer<void> attribute(outlive_block block, std::uint32_t key, std::uint32_t value = 1) {
    return detail::run([&](auto error) { return outlive_body_attribute_block(get(), block, key, value, error); });
  }

  /// Any instruction.
  Answer<Emitted> emit(const Instruction &instruction) {
    outlive_instruction c{};
    c.struct_size = sizeof c;
    c.op = instruction.op;
    c.aux = instruction.aux;
    c.args = instruction.args.data();
    c.num_args = instruction.args.size();
    c.imms = instruction.imms.data();
    c.num_imms = instruction.imms.size();
    c.types = instruction.types.data();
    c.num_types = instruction.types.size();
    Emitted made;
    made.results.resize(instruction.types.size());
    outlive_error *error = nullptr;
    const outlive_status status = outlive_body_emit(get(), &c, made.results.data(), &made.inst, &error);
    if (status != OUTLIVE_OK) return detail::failure<Emitted>(detail::take(status, error));
    return made;
  }

  // The commonest ones.
  Answer<outlive_value> const_int(outlive_type type, std::int64_t number) {
    return value([&](auto... out) { return outlive_body_const_int(get(), type, number, out...); });
  }
  Answer<outlive_value> make(outlive_site site) {
    return value([&](auto... out) { return outlive_body_make(get(), site, out...); });
  }
  Answer<outlive_value> load(outlive_value address) {
    return value([&](auto... out) { return outlive_body_load(get(), address, out...); });
  }
  Answer<void> store(outlive_value address, outlive_value value) {
    return detail::run([&](auto error) { return outlive_body_store(get(), address, value, error); });
  }
  Answer<outlive_value> field_addr(outlive_value address, std::uint32_t index) {
    return value([&](auto... out) { return outlive_body_field_addr(get(), address, index, out...); });
  }
  Answer<outlive_value> elem_addr(outlive_value base, outlive_value index) {
    return value([&](auto... out) { return outlive_body_elem_addr(get(), base, index, out...); });
  }
  /// A call of a known function, of whose results at most `max_results` are answered.
  Answer<std::vector<outlive_value>> call(outlive_function func, List<outlive_value> args, std::size_t max_results = 1) {
    std::vector<outlive_value> results(max_results);
    outlive_error *error = nullptr;
    const outlive_status status =
        outlive_body_call(get(), func, args.data(), args.size(), results.data(), results.size(), &error);
    if (status != OUTLIVE_OK) return detail::failure<std::vector<outlive_value>>(detail::take(status, error));
    return results;
  }
  Answer<void> ret(List<outlive_value> values = {}) {
    return detail::run([&](auto error) { return outlive_body_return(get(), values.data(), values.size(), error); });
  }
  Answer<void> jump(outlive_block target, List<outlive_value> args = {}) {
    return detail::run([&](auto error) { return outlive_body_jump(get(), target, args.data(), args.size(), error); });
  }
  Answer<void> branch(outlive_value condition, outlive_block then, outlive_block otherwise, List<outlive_value> then_args = {},
                      List<outlive_value> otherwise_args = {}) {
    return detail::run([&](auto error) {
      return outlive_body_branch(get(), condition, then, then_args.data(), then_args.size(), otherwise, otherwise_args.data(),
                                 otherwise_args.size(), error);
    });
  }
  Answer<void> switch_on(outlive_value value, List<outlive_case> cases, outlive_block otherwise,
                         List<outlive_value> otherwise_args = {}) {
    return detail::run([&](auto error) {
      return outlive_body_switch(get(), value, otherwise, otherwise_args.data(), otherwise_args.size(), cases.data(),
                                 cases.size(), sizeof(outlive_case), error);
    });
  }

  /// Gives the body to its builder. It is spent then.
  Answer<void> finish() {
    return detail::run([&](auto error) { return outlive_body_finish(get(), error); });
  }

 private:
  template <class Call>
  static Answer<outlive_value> value(Call call) {
    return detail::get<outlive_value>(call);
  }
};

/// A module under construction.
class Builder : public detail::Handle<outlive_builder, outlive_builder_free> {
 public:
  using Handle::Handle;

  static Answer<Builder> create(const ModuleDesc &desc) {
    outlive_module_desc c{};
    c.struct_size = sizeof c;
    c.pointer_size = desc.pointer_size;
    c.max_align = desc.max_align;
    c.name = str(desc.name);
    c.producer = str(desc.producer);
    c.max_instructions = desc.max_instructions;
    c.max_memory_bytes = desc.max_memory_bytes;
    return detail::make<Builder, outlive_builder>([&](auto... out) { return outlive_builder_new(&c, out...); });
  }

  // Types: the same structure gives the same handle, but for named types.
  Answer<outlive_type> basic(std::uint32_t kind) {
    return type([&](auto... out) { return outlive_builder_type_basic(get(), kind, out...); });
  }
  Answer<outlive_type> pointer(outlive_type elem) {
    return type([&](auto... out) { return outlive_builder_type_pointer(get(), elem, out...); });
  }
  Answer<outlive_type> slice(outlive_type elem) {
    return type([&](auto... out) { return outlive_builder_type_slice(get(), elem, out...); });
  }
  Answer<outlive_type> array(outlive_type elem, std::uint64_t len) {
    return type([&](auto... out) { return outlive_builder_type_array(get(), elem, len, out...); });
  }
  Answer<outlive_type> map(outlive_type key, outlive_type value) {
    return type([&](auto... out) { return outlive_builder_type_map(get(), key, value, out...); });
  }
  /// `direction` is 0 for both, 1 for send only, 2 for receive only.
  Answer<outlive_type> chan(outlive_type elem, std::uint32_t direction = 0) {
    return type([&](auto... out) { return outlive_builder_type_chan(get(), elem, direction, out...); });
  }
  Answer<outlive_type> func(List<outlive_type> params, List<outlive_type> results, bool variadic = false) {
    return type([&](auto... out) {
      return outlive_builder_type_func(get(), params.data(), params.size(), results.data(), results.size(), variadic, out...);
    });
  }
  Answer<outlive_type> structure(std::uint64_t size, List<outlive_field> fields) {
    return type([&](auto... out) {
      return outlive_builder_type_struct(get(), size, fields.data(), fields.size(), sizeof(outlive_field), out...);
    });
  }
  Answer<outlive_type> interface_type(List<outlive_interface_method> methods) {
    return type([&](auto... out) {
      return outlive_builder_type_interface(get(), methods.data(), methods.size(), sizeof(outlive_interface_method), out...);
    });
  }
  /// A fresh named type; what it stands for is said by `set_underlying`.
  Answer<outlive_type> named(std::string_view package, std::string_view name, List<outlive_type> args = {},
                             bool not_in_heap = false) {
    return type([&](auto... out) {
      return outlive_builder_type_named(get(), str(package), str(name), args.data(), args.size(), not_in_heap, out...);
    });
  }
  Answer<outlive_type> type_param(std::string_view name, outlive_type constraint) {
    return type([&](auto... out) { return outlive_builder_type_param(get(), str(name), constraint, out...); });
  }
  Answer<outlive_type> opaque(std::uint64_t size, std::uint32_t align, bool pointers) {
    return type([&](auto... out) { return outlive_builder_type_opaque(get(), size, align, pointers, out...); });
  }
  Answer<void> set_underlying(outlive_type named, outlive_type underlying) {
    return detail::run([&](auto error) { return outlive_builder_set_underlying(get(), named, underlying, error); });
  }
  Answer<void> set_methods(outlive_type named, List<outlive_method> methods) {
    return detail::run([&](auto error) {
      return outlive_builder_set_methods(get(), named, methods.data(), methods.size(), sizeof(outlive_method), error);
    });
  }

  /// A source file, by number.
  Answer<std::uint32_t> file(std::string_view name) {
    return detail::get<std::uint32_t>([&](auto... out) { return outlive_builder_file(get(), str(name), out...); });
  }
  /// A source position, by number.
  Answer<std::uint32_t> position(std::uint32_t file, std::uint32_t line, std::uint32_t column) {
    return detail::get<std::uint32_t>(
        [&](auto... out) { return outlive_builder_position(get(), file, line, column, out...); });
  }
  /// A string for a `const_str`, by number.
  Answer<std::uint32_t> string(std::string_view text) {
    return detail::get<std::uint32_t>([&](auto... out) { return outlive_builder_string(get(), str(text), out...); });
  }

  Answer<outlive_global> global(const GlobalDesc &desc) {
    outlive_global_desc c{};
    c.struct_size = sizeof c;
    c.pos = desc.pos;
    c.name = str(desc.name);
    c.type = desc.type;
    c.data = desc.data.data();
    c.data_len = desc.data.size();
    return detail::get<outlive_global>([&](auto... out) { return outlive_builder_global(get(), &c, out...); });
  }
  /// The pointer at byte `offset` of a variable points into another.
  Answer<void> relocate(outlive_global global, std::uint32_t offset, outlive_global target, std::uint32_t addend = 0) {
    return detail::run(
        [&](auto error) { return outlive_builder_relocate_global(get(), global, offset, target, addend, error); });
  }
  /// The pointer at byte `offset` of a variable points to a function.
  Answer<void> relocate(outlive_global global, std::uint32_t offset, outlive_function target) {
    return detail::run([&](auto error) { return outlive_builder_relocate_function(get(), global, offset, target, error); });
  }
  Answer<outlive_function> function(const FunctionDesc &desc) {
    outlive_function_desc c{};
    c.struct_size = sizeof c;
    c.pos = desc.pos;
    c.name = str(desc.name);
    c.type = desc.type;
    c.flags = desc.flags;
    c.parent = desc.parent;
    c.instance_of = desc.instance_of;
    c.free_types = desc.free_types.data();
    c.num_free_types = desc.free_types.size();
    return detail::get<outlive_function>([&](auto... out) { return outlive_builder_function(get(), &c, out...); });
  }
  Answer<outlive_site> site(const SiteDesc &desc) {
    outlive_site_desc c{};
    c.struct_size = sizeof c;
    c.kind = desc.kind;
    c.type = desc.type;
    c.func = desc.func;
    c.pos = desc.pos;
    c.index = desc.index;
    c.name = str(desc.name);
    c.silent = desc.silent;
    c.pinned = desc.pinned;
    c.parent = desc.parent;
    return detail::get<outlive_site>([&](auto... out) { return outlive_builder_site(get(), &c, out...); });
  }
  /// Says what a function without a body does with its parameters. A parameter with a row does no more than its rows say.
  Answer<void> external(outlive_function func, List<outlive_flow> flows, std::uint32_t fresh_results = 0) {
    outlive_external c{};
    c.struct_size = sizeof c;
    c.fresh_results = fresh_results;
    c.flows = flows.data();
    c.num_flows = flows.size();
    c.flow_size = sizeof(outlive_flow);
    return detail::run([&](auto error) { return outlive_builder_external(get(), func, &c, error); });
  }
  /// Of the module, of a function, of a site.
  Answer<void> attribute(std::uint32_t key, std::uint32_t value = 1) {
    return detail::run([&](auto error) { return outlive_builder_attribute_module(get(), key, value, error); });
  }
  Answer<void> attribute(outlive_function func, std::uint32_t key, std::uint32_t value = 1) {
    return detail::run([&](auto error) { return outlive_builder_attribute_function(get(), func, key, value, error); });
  }
  Answer<void> attribute(outlive_site site, std::uint32_t key, std::uint32_t value = 1) {
    return detail::run([&](auto error) { return outlive_builder_attribute_site(get(), site, key, value, error); });
  }

  /// Begins the body of a function.
  Answer<Body> body(outlive_function func) {
    return detail::make<Body, outlive_body>([&](auto... out) { return outlive_body_new(get(), func, out...); });
  }
  /// Finishes and verifies the module. The builder is spent then.
  Answer<Module> finish() {
    return detail::make<Module, outlive_module>([&](auto... out) { return outlive_builder_finish(get(), out...); });
  }

 private:
  template <class Call>
  static Answer<outlive_type> type(Call call) {
    return detail::get<outlive_type>(call);
  }
};

}  // namespace error_codes or exceptions

}  // namespace outlive

#endif  // OUTLIVE_BUILDER_HPP
