//! Small helpers for JavaScript values that come from a page.
//!
//! A page may hand over anything: getters that throw, proxies, values of a wrong type. Nothing here
//! lets an exception through, and no value is taken for what it should be before it was looked at.

use js_sys::{Array, Function, Object, Reflect};
use serde::Serialize;
use serde_wasm_bindgen::Serializer;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = String, catch)]
    fn to_text(value: &JsValue) -> Result<String, JsValue>;

    #[wasm_bindgen(js_name = reportError, catch)]
    fn report_error(error: &JsValue) -> Result<(), JsValue>;

    #[wasm_bindgen(js_namespace = Array, js_name = from, catch)]
    fn array_from(value: &JsValue) -> Result<Array, JsValue>;
}

/// The value of `key`, which is `undefined` where `object` is none.
pub fn get(object: &JsValue, key: &str) -> Result<JsValue, JsValue> {
    if is_object(object) { Reflect::get(object, &key.into()) } else { Ok(JsValue::UNDEFINED) }
}

/// The value of `key`; `undefined` if it cannot be had.
pub fn field(object: &JsValue, key: &str) -> JsValue {
    get(object, key).unwrap_or_default()
}

/// The global variable `name`; `undefined` if there is none.
pub fn global(name: &str) -> JsValue {
    field(&js_sys::global(), name)
}

/// The function under `key`, if there is one.
pub fn function(object: &JsValue, key: &str) -> Option<Function> {
    field(object, key).dyn_into().ok()
}

/// Whether `value` can have fields.
pub fn is_object(value: &JsValue) -> bool {
    value.is_object() || value.is_function()
}

/// Whether `value` is `undefined` or `null`.
pub fn is_absent(value: &JsValue) -> bool {
    value.is_undefined() || value.is_null()
}

/// A plain object.
pub fn object(fields: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (key, value) in fields {
        set(&object, key, value);
    }
    object.into()
}

/// A value of ours as a plain JavaScript value: objects for structs, no field for what is left out.
pub fn to_value(value: &impl Serialize) -> JsValue {
    // No value of ours has a key that is no text, which is all that can fail.
    value.serialize(&Serializer::json_compatible()).unwrap_or_default()
}

/// Sets a field of an object; one that cannot be set is left as it is.
pub fn set(object: &JsValue, key: &str, value: &JsValue) {
    let _ = Reflect::set(object, &key.into(), value);
}

/// An array.
pub fn array(values: impl IntoIterator<Item = JsValue>) -> Array {
    values.into_iter().collect()
}

/// What an array or another iterable value contains; nothing if it is none.
pub fn items(value: &JsValue) -> Vec<JsValue> {
    array_from(value).map(|array| array.iter().collect()).unwrap_or_default()
}

/// Calls the method `key` of `object` with one argument.
pub fn call(object: &JsValue, key: &str, argument: &JsValue) -> Result<JsValue, JsValue> {
    let Some(method) = function(object, key) else { return Err(JsValue::UNDEFINED) };
    method.call1(object, argument)
}

/// The name of the type, as the platform words it.
pub fn kind(value: &JsValue) -> String {
    if value.is_null() {
        return "null".into();
    }
    if Array::is_array(value) {
        return "array".into();
    }
    value.js_typeof().as_string().unwrap_or_default()
}

/// The value itself where it is short and simple, otherwise its type.
pub fn shown(value: &JsValue) -> String {
    let simple = value.is_string() || value.as_f64().is_some() || value.as_bool().is_some();
    match to_text(value) {
        Ok(text) if simple && text.len() <= 64 => text,
        _ => kind(value),
    }
}

/// An exception in words.
pub fn message(error: &JsValue) -> String {
    to_text(error).unwrap_or_else(|_| kind(error))
}

/// Whether `text` has `word` in it, whatever the case of its letters.
pub fn mentions(text: &str, word: &str) -> bool {
    text.as_bytes().windows(word.len()).any(|part| part.eq_ignore_ascii_case(word.as_bytes()))
}

/// One warning in the console.
pub fn warn(message: &str) {
    web_sys::console::warn_1(&message.into());
}

/// Calls a function of the page. What it throws is reported as the browser reports what an event
/// listener throws, and goes no further.
pub fn call_page(name: &str, function: &Function, argument: Option<&JsValue>) {
    let result = match argument {
        Some(argument) => function.call1(&JsValue::UNDEFINED, argument),
        None => function.call0(&JsValue::UNDEFINED),
    };
    if let Err(error) = result {
        let message = format!("tt-rtc: a callback of {name} threw");
        web_sys::console::error_2(&message.into(), &error);
        let _ = report_error(&error);
    }
}

/// An object made by the constructor `name` of the page, without arguments.
pub fn construct(name: &str) -> Option<JsValue> {
    let constructor = function(&js_sys::global(), name)?;
    Reflect::construct(&constructor, &Array::new()).ok()
}
