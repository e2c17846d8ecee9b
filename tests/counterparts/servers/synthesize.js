// Reads a CloudFormation template with AWS's own library, which checks every resource's properties, and prints it as JSON.
const { App, Stack } = require('aws-cdk-lib');
const { CfnInclude } = require('aws-cdk-lib/cloudformation-include');

const app = new App({ analyticsReporting: false, outdir: process.argv[3] });
const stack = new Stack(app, 'nanoiot', { analyticsReporting: false });
new CfnInclude(stack, 'template', { templateFile: process.argv[2], preserveLogicalIds: true });
console.log(JSON.stringify(app.synth().getStackByName('nanoiot').template));
