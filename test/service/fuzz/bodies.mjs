// Bodies: JSON by its schema, files, forms; and broken ones.
const honest_csv = (values) =>
    values.one([
        () =>
            'email,first_name,last_name,role\n' +
            Array.from({ length: 1 + values.random(9) }, () => `${values.email()},First,Last,member\n`).join(''),
        () =>
            'title,amount,done,day\n' +
            Array.from({ length: 1 + values.random(9) }, () => `thing,${values.random(100)},true,2026-01-02\n`).join(
                '',
            ),
    ])()
const csv = (values) =>
    values.honest
        ? honest_csv(values)
        : [
              'email,first_name,last_name,role\n',
              'title,amount,done,day\n',
              'email;first_name\r\n',
              '',
              '\xff\xfee\0m\0',
          ][values.random(5)] +
          Array.from({ length: values.random(20) }, () =>
              values.one([
                  () => `${values.email()},First,Last,member\n`,
                  () => `thing,${values.random(100)},true,2026-01-02\n`,
                  () => `${values.hostile()},"${values.hostile()}\n`,
                  () => `"a ""b""",${values.hostile()}\r\n`,
                  () => '=cmd|x,,,\n',
              ])(),
          ).join('')

// Of bytes, not of characters: what is beyond Latin-1 becomes UTF-8, the rest stays as it is now and then.
const bytes_of = (values, text) => Buffer.from(text, values.dare(20) ? 'latin1' : 'utf8')

function json_text(values, schema) {
    const made = !values.dare(8) ? values.object(schema.oneOf ? schema.oneOf[0] : schema) : values.json()
    if (made && typeof made === 'object')
        for (const key of Object.keys(made)) if (values.dare(20)) made[key] = values.json()
    if (schema.oneOf && values.chance(40)) return JSON.stringify([made, values.object({}), made])
    return JSON.stringify(made) ?? ''
}

function broken_json(values, text) {
    return values.one([
        () => text.slice(0, values.random(text.length + 1)),
        () => text + '}',
        () => '['.repeat(100000),
        () => '{"a":'.repeat(20000),
        () => `{"slug":"deep","name":"deep","options":${'{"a":'.repeat(50000)}1${'}'.repeat(50000)}}`,
        () => text.replace(/"/g, "'"),
        () => '\ufeff' + text,
        () => text.replace('{', '{"email":"x","email":"y",'),
        () => `{"x":${'9'.repeat(5000)}}`,
        () => '{"x":"\\ud800"}',
        () => '{"x":"\\u0000"}',
        () => 'null',
        () => '',
    ])()
}

function form(values) {
    const boundary = values.one(
        values.honest ? ['b', '----x'] : ['b', '----x', 'a'.repeat(70), 'a'.repeat(71), "it's", ''],
    )
    const part = (name, content, more = '') =>
        `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${content}\r\n`
    const file = () =>
        part(
            'file',
            csv(values),
            `; filename="${values.one(['a.csv', '../a.csv', 'C:\\a.csv', values.hostile().replace(/["\r\n]/g, '')])}"`,
        )
    let text = values.honest
        ? file() + `--${boundary}--\r\n`
        : values.one([
              () => file(),
              () => part('delimiter', values.hostile()) + file(),
              () => file() + file(),
              () => part('x', 'y'),
              () => part('file', csv(values)),
              () => Array.from({ length: 40 }, (_, i) => part(`n${i}`, 'v')).join('') + file(),
          ])() + `--${boundary}--\r\n`
    if (values.dare(15))
        text = values.one([
            () => text.slice(0, values.random(text.length)),
            () => text.replace(/\r\n/g, '\n'),
            () => 'before\r\n' + text + 'after',
            () => text.replace('form-data', 'attachment'),
            () => text.replace('name="', 'name='),
        ])()
    return {
        type: `multipart/form-data; boundary=${!values.dare(10) ? boundary : values.hostile().replace(/[\r\n]/g, '')}`,
        body: bytes_of(values, text),
    }
}

// bodies -> {type, body}; content is the "content" of an OpenAPI request body, or nothing
export function bodies(values, content = {}) {
    const types = Object.keys(content)
    const type =
        types.length > 0 && !values.dare(8)
            ? values.one(types)
            : values.one([
                  'application/json',
                  'text/csv',
                  'text/plain',
                  'application/x-www-form-urlencoded',
                  'multipart/form-data',
                  'application/xml',
                  '',
                  values.hostile().replace(/[\r\n]/g, ''),
              ])
    if (type === 'multipart/form-data') return form(values)
    if (type === 'text/csv' || type === 'application/octet-stream')
        return {
            type: !values.dare(10) ? type : `${type}; charset=${values.hostile().replace(/[\r\n]/g, '')}`,
            body: bytes_of(values, csv(values)),
        }
    const text = json_text(values, content[type]?.schema ?? {})
    return { type, body: bytes_of(values, !values.dare(12) ? text : broken_json(values, text)) }
}
